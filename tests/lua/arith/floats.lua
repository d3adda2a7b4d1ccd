-- Floating point results, infinities, NaN, signed zero.
local inf, nan = math.huge, 0 / 0
print(inf, -inf, nan ~= nan, nan == nan, inf == inf, inf - inf ~= inf - inf)
print(1 / 0, -1 / 0, 1 / -0.0, 0.0, -0.0, 0.0 == -0.0, 1 / (0 * -1), 1 / (0.0 * -1))
print(5.5 % 2, -5.5 % 2, 5.5 % -2, -5.5 % -2, 5 % inf, -5 % inf, 5 % -inf, -5 % -inf)
print(5.5 // 2, -5.5 // 2, 1 // 0.0, -1 // 0.0, 5 // inf, -5 // inf, 0.0 // 1, -0.0 // 1)
print(2 ^ 0.5, 2 ^ 10, (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3), 0 ^ 0, inf ^ 0, 2 ^ -1074, 10 ^ 2)
print(0.1 + 0.2 == 0.3, 0.1 + 0.2, 1 - 0.9, 1e16 + 1, 1e15 + 0.5)
print(3.0, -3.0, 1e15, 1e14, 123456.789e3, 2 ^ 63, -2 ^ 63, 1e100, 2 ^ 1023 * 2)
print(3.14159265358979, 1 / 3, 2 / 3, 10 / 3, 1e-5, 1e-4, 0.00001234)
print(inf > 1, -inf < 1, nan < 1, nan > 1, nan <= nan, 1 < nan, not (nan < 1))
print(inf // 1, -inf // 1, inf % 2 ~= inf % 2, 1 % 0.0 ~= 1 % 0.0, 2 ^ 1024, -(0 / 0) ~= 0)
local sum = 0.0
for i = 1, 1000 do sum = sum + 0.1 end
print(sum, sum == 100, string.format("%.17g", sum))
print(7.0 // 0.7, 7 % 0.7, -7 % 0.7, 1e300 * 1e10 // 1, 5.0 // 0.3)
