-- Machine code goes with the functions that it belongs to, and a compiler that is switched while something is recorded starts anew.
local moonset = require "moonset"

local function run(i)
  local f = assert(load("local s = 0 for i = 1, 1000 do s = s + i % " .. i + 1 .. " end return s"))
  return f() + f() + f()
end

local function code()
  return moonset.stats().jit.code_bytes
end

for i = 1, 10 do
  run(i)
end
local few = code()
for i = 1, 200 do
  run(i)
  if i % 10 == 0 then
    collectgarbage()
  end
end
assert(code() <= 4 * few, code())

local text = [[
local at, change = ...
local function hot(n)
  local s = 0
  for i = 1, n do
    if i % 3 == 0 then s = s + i else s = s - 1 end
    if i % 5 == 0 then s = s * 2 % 1001 end
  end
  return s
end
local total = 0
for i = 1, 12 do
  local t = {5, 3, 1, 4}
  local seen = 0
  table.sort(t, function(a, b)
    seen = seen + 1
    if i == at and seen == 1 then change() end
    total = total + hot(20 + i)
    return a < b
  end)
  total = total + t[1] + t[4] * i
end
return total
]]

local function toggle()
  moonset.jit.off()
  moonset.jit.on()
end

local expected = load(text)(0)
for at = 1, 8 do
  assert(load(text)(at, moonset.jit.flush) == expected)
  if moonset.jit.status() then
    assert(load(text)(at, toggle) == expected)
  end
end
print("ok")
