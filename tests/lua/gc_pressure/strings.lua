-- Many strings: temporary ones, kept ones, long ones, ones used as keys.
local kept = {}
for i = 1, 600 do
  local s = "str" .. i .. ":" .. ("x"):rep(i % 30)
  if i % 3 == 0 then kept[#kept + 1] = s end
  local dead = s .. s
end
local n = 0
for i, s in ipairs(kept) do
  assert(s == "str" .. i * 3 .. ":" .. ("x"):rep(i * 3 % 30))
  n = n + #s
end
print(#kept, n)
local dict = {}
for i = 1, 600 do dict["k" .. i] = "v" .. i end
for i = 1, 600, 3 do dict["k" .. i] = nil end
local c = 0
for i = 1, 600 do
  local v = dict["k" .. i]
  if v then assert(v == "v" .. i); c = c + #v end
end
print(c)
local long = ""
for i = 1, 300 do long = long .. i .. " " end
print(#long, long:sub(-9))
local words = {}
for w in long:gmatch("%d+") do words[#words + 1] = w end
print(#words, words[300], #table.concat(words))
local parts = {}
for i = 1, 200 do parts[i] = ("%05d"):format(i * i) end
print(#table.concat(parts, "\n"), parts[200])
