-- Hot integer loops: sums, products that wrap, modulo, comparisons, bit operations.
local s, p, x = 0, 1, 0
for i = 1, 1000 do
  s = s + i * i - i
  p = p * 31 + i
  x = x ~ (i << (i & 31))
end
print(s, p, x)
local q, r = 0, 0
for i = -400, 400 do
  q, r = q + i // 7, r + i % 7
  if i > 0 then q = q + 1 elseif i == 0 then q = q * 2 else r = r - 1 end
end
print(q, r)
local near = math.maxinteger - 150
for i = 1, 300 do near = near + 1 end
print(near)
local down = math.mininteger + 100
local n = 0
while down < 0 do
  down = down - 1
  n = n + 1
  if n > 500 then break end
end
print(n, down)
local gcd_sum = 0
for a = 1, 25 do
  for b = 1, 25 do
    local u, v = a, b
    while v ~= 0 do u, v = v, u % v end
    gcd_sum = gcd_sum + u
  end
end
print(gcd_sum)
local c, steps = 97, 0
repeat
  c = c % 2 == 0 and c // 2 or 3 * c + 1
  steps = steps + 1
until c == 1
print(steps)
