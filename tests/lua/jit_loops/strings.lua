-- String work in hot loops: building, comparing, slicing, switching on strings, keys made at run time.
local names = { "add", "sub", "mul", "noop" }
local r = 1
for i = 1, 400 do
  local op = names[i % 4 + 1]
  if op == "add" then r = r + i elseif op == "sub" then r = r - 1 elseif op == "mul" then r = r * 3 % 10007 end
end
print(r)
local n = 0
for i = 1, 300 do local s = "a" .. i; n = n + #s; if s == "a150" then n = n + 1000 end if s < "a2" then n = n + 1 end end
print(n)
local s = ("abcdefghij"):rep(10)
local codes, vowels = 0, 0
for i = 1, #s do
  codes = codes + s:byte(i)
  local c = s:sub(i, i)
  if c == "a" or c == "e" or c == "i" then vowels = vowels + 1 end
end
print(codes, vowels)
local t = {}
for i = 1, 300 do local k = "key" .. i % 17; t[k] = (t[k] or 0) + i end
local sum = 0
for i = 0, 16 do sum = sum + t["key" .. i] * (i + 1) end
print(sum)
local rev = ""
for i = 1, 60 do rev = string.char(64 + i % 26) .. rev end
print(rev)
local parts = {}
for i = 1, 200 do parts[#parts + 1] = string.format("%d:%x", i, i) end
print(#table.concat(parts, ","))
local found = 0
for i = 1, 200 do if ("item " .. i):find("7", 1, true) then found = found + 1 end end
print(found)
local up = 0
for i = 1, 200 do up = up + #(tostring(i):upper():rep(i % 4)) + tonumber(tostring(i)) end
print(up)
local fields = 0
for i = 1, 100 do for w in ("a b c " .. i):gmatch("%w+") do fields = fields + #w end end
print(fields)
