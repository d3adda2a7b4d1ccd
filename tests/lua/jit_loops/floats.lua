-- Hot float loops: sums, NaN, infinities, signed zero, conversions.
local s = 0.0
for i = 1, 800 do s = s + 1 / i end
print(string.format("%.15f", s))
local x = 1.0
for i = 1, 400 do x = x * 1.01 - 0.005 end
print(string.format("%.12g", x))
local g = 2.0
for i = 1, 1500 do g = g * 2 end
print(g, -g, g - g ~= g - g)
local nans = 0
for i = 1, 300 do
  local v = i % 3 == 0 and 0 / 0 or i
  if v ~= v then nans = nans + 1 end
  if v < 100 then nans = nans + 10 end
  if not (v >= 100) then nans = nans + 100 end
end
print(nans)
local z = 0.0
for i = 1, 200 do z = -z end
print(z, 1 / z)
for i = 1, 201 do z = -z end
print(z, 1 / z)
local d = 0
for i = 1, 300 do d = d + i / 4 // 1 + i / 8 % 1 end
print(d)
local h = 0
for i = 1, 200 do h = h + i ^ 2 + i ^ 0.5 * 0 end
print(h)
local t = 1e300
local hits = 0
while t > 1e-300 do t = t / 1.9; hits = hits + 1 end
print(hits, t < 1e-300)
