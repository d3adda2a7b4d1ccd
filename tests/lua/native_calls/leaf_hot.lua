-- Library functions in hot loops: results of every number, open lists, errors in the middle, changing types.
local function run(n)
  local words, total, text = {}, 0, "the quick brown fox jumps over the lazy dog"
  for i = 1, n do
    local a, b = text:find("o%w", i % 20 + 1)
    local c, d, e = string.find(text, "(%a)(%a+)", i % 30 + 1)
    total = total + (a or 0) + (b or 0) + c * d + #e
    local word = text:match("%a+", i % 40 + 1)
    words[#words + 1] = word
    local first, second = text:match("(%a+) (%a+)", i % 10 + 1)
    total = total + #first + (second and #second or 0)
    local replaced, count = text:gsub("%s", "_", i % 5)
    total = total + #replaced + count
    local swapped = text:gsub("%a+", { the = "a", fox = i })
    total = total + #swapped
    total = total + #string.format("%d|%5.2f|%s|%q|%x", i, i / 3, word, word, i * 17)
    total = total + #tostring(i) + #tostring(i / 4) + #tostring(i % 2 == 0) + #tostring(nil)
    total = total + (tonumber("0x" .. i % 10, 16) or 1) + tonumber(string.rep(i % 10, 3, "1"))
    total = total + math.max(i, i / 2, 7) + math.min(i % 4, 2.5)
    total = total + select("#", text:byte(1, i % 7)) + select("#", string.find(text, "(q)(u)(i)"))
    if #words == 50 then
      table.sort(words)
      total = total + #table.concat(words, ",", 2, 40)
      table.remove(words, 3)
      table.insert(words, 1, "x")
      total = total + #words + #table.concat(words)
      words = {}
    end
  end
  return string.format("%.6f", total)
end
print(run(300))
print(run(1200))

-- Open lists into calls, constructors and returns.
local function captures(s)
  return s:match("(%d+)%-(%d+)%-?(%d*)")
end
local function count(...)
  return select("#", ...), ...
end
local sum = 0
for i = 1, 500 do
  local s = i % 3 == 0 and "10-20" or i % 3 == 1 and "1-2-3" or "none"
  local t = { captures(s) }
  sum = sum + #t + (tonumber(t[1]) or 0)
  local n, x = count(s:find("%d", 1))
  sum = sum + n + (x or 0)
  local packed = table.pack(s:byte(1, -1))
  sum = sum + packed.n
  sum = sum + math.max(s:byte(1, -1))
end
print(sum)

-- Iterators of the string library.
local keys, values = 0, 0
for i = 1, 300 do
  for k, v in ("a=1, bb=22, ccc=" .. i):gmatch("(%w+)=(%w+)") do
    keys, values = keys + #k, values + v
  end
  for at in ("x.y.z"):gmatch("()%.") do
    keys = keys + at
  end
end
print(keys, values)

-- Errors: what a call in a hot loop raises is what it raises anywhere.
local errors = {}
for i = 1, 400 do
  local ok, message = pcall(function()
    local s = "abc"
    for j = 1, 3 do
      s = string.rep(s, j == 2 and i == 399 and {} or 1)
      if i == 250 then
        s:find("[a", 1)
      end
    end
    return (s:gsub("b", i == 300 and "%9" or "%0"))
  end)
  if not ok then
    errors[#errors + 1] = i .. ": " .. message
  end
end
print(table.concat(errors, "\n"))

-- Objects with their own text, after numbers.
local object = setmetatable({}, { __tostring = function() return "object" end, __name = "thing" })
local length = 0
for i = 1, 600 do
  local v = i > 400 and object or i
  length = length + #tostring(v) + #string.format("<%s>", v)
end
print(length)

-- Tables that get a metatable while the loop is hot.
local log = 0
local proxy = setmetatable({}, {
  __index = function(_, k) return k <= 3 and k * 10 or nil end,
  __newindex = function(t, k, v) log = log + k rawset(t, k, v) end,
  __len = function() return 3 end,
})
local result = 0
for i = 1, 600 do
  local t = i > 300 and i % 2 == 0 and proxy or { 1, 2, 3 }
  result = result + #table.concat(t, ",", 1, 3) + select("#", table.unpack(t, 1, 3))
  table.insert(t, i)
end
print(result, log)
