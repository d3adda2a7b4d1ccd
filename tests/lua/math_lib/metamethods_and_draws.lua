-- max and min ask `__lt`; a call of random that ends in an error has drawn a number.
local order = {__lt = function(a, b) return a.v < b.v end}
local function boxed(v) return setmetatable({v = v}, order) end
local a, b, c = boxed(1), boxed(2), boxed(3)
print(math.max(a, b, c).v, math.min(c, a, b).v, math.max(b).v)
print(math.max("a", "b", "ab"), math.min("b", "a"))
print(pcall(math.max, 1, {}))
print(pcall(math.max, a, 1))
print(pcall(math.min))
local sum = 0
for i = 1, 300 do
  sum = sum + math.max(i, 150) + math.min(2.5, i)
  if i % 50 == 0 then sum = sum + math.max(boxed(i), boxed(7)).v end
end
print(sum)

local yielding = {__lt = function() coroutine.yield() end}
print(coroutine.resume(coroutine.create(function() math.max(setmetatable({}, yielding), 1) end)))

math.randomseed(42)
for _, args in ipairs {{5, 1}, {"x"}, {1, 2, 3}, {1, {}}, {1.5}} do
  local ok = pcall(math.random, table.unpack(args))
  print(ok, math.random(1000), math.random(0))
end
local failures = 0
for i = 1, 200 do
  if not pcall(math.random, i % 7 == 0 and 2 or 1, 1) then failures = failures + 1 end
end
print(failures, math.random(1000000))
