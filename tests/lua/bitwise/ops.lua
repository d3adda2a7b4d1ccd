-- Bitwise operators on the whole range, shifts by any amount.
print(5 & 3, 5 | 3, 5 ~ 3, ~5, ~0, 1 << 4, 256 >> 4, -1 >> 60, -1 << 60, 1 << 63, 1 << 64, 1 << 100, -1 >> 64)
print(1 << -1, 16 >> -2, 1 << -64, 1 >> -63, 3 & -1, 0xFF & ~0xF, 0xF0 | 0x0F, 0xFF ~ 0xF)
print(5.0 & 3, 2 ^ 40 | 1, -1.0 & 0xFF, ~0.0, 1.0 << 2.0, math.mininteger >> 63, math.mininteger << 1, math.maxinteger << 1)
print(0xdeadbeef & 0xffff, 0xdeadbeef >> 16, (0xdeadbeef << 32) >> 32, string.format("%x", 0xdeadbeef << 4))
print(pcall(function() return 1.5 & 1 end))
print(pcall(function() return 1 << 1e100 end))
print(pcall(function() return {} | 1 end))
local h = 5381
for i = 1, 300 do h = ((h << 5) + h) ~ (i & 0xFF) end
print(h)
local crc = 0xFFFFFFFF
for _, c in ipairs({ ("123456789"):byte(1, -1) }) do
  crc = crc ~ c
  for _ = 1, 8 do crc = (crc >> 1) ~ (0xEDB88320 & -(crc & 1)) end
end
print(string.format("%08x", ~crc & 0xFFFFFFFF))
local function popcount(x) local n = 0; while x ~= 0 do x, n = x & (x - 1), n + 1 end return n end
print(popcount(0), popcount(255), popcount(-1), popcount(0x5555555555555555))
local s = 0
for i = 0, 130 do s = s ~ (1 << i) ~ (-1 >> i) ~ (0x123456789 << (i - 65)) end
print(s)
local x = 88172645463325252
for _ = 1, 200 do x = x ~ (x << 13); x = x ~ (x >> 7); x = x ~ (x << 17) end
print(x)
