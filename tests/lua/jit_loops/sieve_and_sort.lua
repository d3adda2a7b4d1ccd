-- Small classic algorithms: sieve, insertion sort, binary search, matrix powers, knapsack.
local n, composite, primes = 1500, {}, {}
for i = 2, n do
  if not composite[i] then
    primes[#primes + 1] = i
    for j = i * i, n, i do composite[j] = true end
  end
end
print(#primes, primes[#primes])
local seed, t = 3, {}
for i = 1, 90 do seed = seed * 16807 % 2147483647; t[i] = seed % 500 end
for i = 2, #t do
  local v, j = t[i], i - 1
  while j > 0 and t[j] > v do t[j + 1] = t[j]; j = j - 1 end
  t[j + 1] = v
end
local ok = true
for i = 2, #t do ok = ok and t[i - 1] <= t[i] end
print(ok, t[1], t[90])
local a, b, c, d = 1, 1, 1, 0
local ra, rb, rc, rd = 1, 0, 0, 1
local e = 80
while e > 0 do
  if e & 1 == 1 then ra, rb, rc, rd = ra * a + rb * c, ra * b + rb * d, rc * a + rd * c, rc * b + rd * d end
  a, b, c, d = a * a + b * c, a * b + b * d, c * a + d * c, c * b + d * d
  e = e >> 1
end
print(rb)
local best = {}
for w = 0, 100 do best[w] = 0 end
for i = 1, 20 do
  local weight, value = i * 7 % 23 + 1, i * 13 % 31
  for w = 100, weight, -1 do
    local with = best[w - weight] + value
    if with > best[w] then best[w] = with end
  end
end
print(best[100])
local memo = {}
local function ways(n2, k) if n2 == 0 then return 1 end if n2 < 0 or k == 0 then return 0 end local key = n2 * 100 + k; local m = memo[key]; if not m then m = ways(n2 - k, k) + ways(n2, k - 1); memo[key] = m end return m end
print(ways(40, 40))
