-- 64-bit integers wrap around.
local max, min = math.maxinteger, math.mininteger
print(max, min, max + 1 == min, min - 1 == max, max * 2, min * 2, -min == min)
print(max + 1, min - 1, max * max, min * min, min * -1, max * -1)
print(7 % 3, -7 % 3, 7 % -3, -7 % -3, 0 % 5, 5 % 5, min % -1, max % -1)
print(7 // 3, -7 // 3, 7 // -3, -7 // -3, 0 // 5, min // -1)
print(3 - 5, 3 * -5, 10 - -10, -(-3), - -3)
print(1 + 1.0, 2 * 0.5, 3 - 0.0, 10 // 2.0, 7 % 2.5, 2 ^ 2, 4 / 2)
local a, b = 123456789, 987654321
print(a * b, a * b * b, a * b * b * b, (a * b) % 1000007)
local x = 1
for i = 1, 70 do
  x = x * 3
  if i % 10 == 0 then print(i, x) end
end
print(max // 1 | 0, max - max, min - min, min + max)
print(1 == 1.0, max + 0.0 == 2 ^ 63, max == 2 ^ 63, min == -2 ^ 63)
