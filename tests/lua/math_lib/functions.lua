-- math functions with integer and float arguments.
print(math.abs(-5), math.abs(-5.5), math.abs(math.mininteger), math.abs(0.0), math.abs("-3"))
print(math.floor(3.7), math.floor(-3.7), math.floor(5), math.floor(1e100), math.floor(-0.0), math.ceil(3.2), math.ceil(-3.2), math.ceil(7))
print(math.max(1, 2.5, -1), math.min(1, 2.5, -1), math.max(2, 2.0), math.max(2.0, 2), math.min(1), math.max(-0.0, 0.0))
print(math.sqrt(16), math.sqrt(2), math.sqrt(-1) ~= math.sqrt(-1), math.exp(0), math.exp(1), math.log(1), math.log(8, 2), math.log(100, 10), math.log(27, 3), math.log(0))
print(math.sin(0), math.cos(0), math.tan(0), math.asin(1), math.acos(1), math.atan(1), math.atan(1, -1), math.atan(-1, -1), math.atan(0, -1))
print(string.format("%.12f %.12f %.12f", math.sin(1), math.cos(2), math.tan(3)), math.pi, math.huge, -math.huge)
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(7.5, 2), math.fmod(-7.5, 2), math.fmod(math.mininteger, -1), math.fmod(5, math.huge))
print(pcall(math.fmod, 1, 0))
print(math.fmod(1, 0.0) ~= math.fmod(1, 0.0), math.modf(3.7), math.modf(-3.7), math.modf(5), math.modf(math.huge), math.modf(-math.huge))
print(math.tointeger(5.0), math.tointeger(5.5), math.tointeger("5"), math.tointeger({}), math.type(5), math.type(5.0), math.type("5"))
print(math.ult(1, 2), math.ult(-1, 2), math.ult(1, -2), math.maxinteger, math.mininteger)
print(math.floor(2 ^ 31 + 0.5), math.floor(-2 ^ 62), math.ceil(2 ^ 62), math.floor(2 ^ 63), math.ceil(-2 ^ 63), math.ceil(1e300))
print(math.rad(180) == math.pi, math.deg(math.pi), math.floor("3.9"), pcall(math.floor, "x"))
local acc = 0
for i = 1, 300 do
  acc = acc + math.floor(i / 3) + math.max(i, 150) - math.min(i, 7) + math.abs(100 - i)
end
print(acc, math.type(acc))
local f = 0.0
for i = 1, 300 do
  f = f + math.sqrt(i) * math.floor(math.fmod(i, 4)) + math.ceil(i / 7) + math.abs(-i / 2)
end
print(string.format("%.9f", f))
