-- The generator is xoshiro256**: equal seeds give equal sequences, the same as PUC's.
math.randomseed(42)
for i = 1, 5 do io.write(math.random(1, 100), " ") end
print()
for i = 1, 3 do io.write(string.format("%.17g ", math.random())) end
print()
print(math.random(10), math.random(-5, 5), math.random(1), math.random(7, 7), math.random(0))
math.randomseed(42)
local a = math.random(1, 1 << 40)
math.randomseed(42)
print(a == math.random(1, 1 << 40), a)
math.randomseed(1, 2)
print(math.random(math.mininteger, math.maxinteger), math.random(0))
math.randomseed(3.0)
local x = math.random(1000000)
math.randomseed(3)
print(x == math.random(1000000), x)
math.randomseed(7)
local lo, hi, sum, counts = math.huge, -math.huge, 0, { 0, 0, 0, 0, 0, 0 }
for i = 1, 600 do
  local r = math.random()
  if r < lo then lo = r end
  if r > hi then hi = r end
  sum = sum + r
  local d = math.random(6)
  counts[d] = counts[d] + 1
end
print(lo >= 0, hi < 1, string.format("%.12f", sum), table.concat(counts, " "))
print(pcall(math.random, 2, 1))
print(pcall(math.random, 0.5))
print(pcall(math.random, 1, 2, 3))
print(select("#", math.randomseed(5)))
