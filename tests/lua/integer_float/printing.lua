-- Integers print without a point, floats with one.
print(1, 1.0, -1, -1.0, 0, 0.0, -0.0, 1e3, 1000, 10 // 3, 10.0 // 3, 2 ^ 2, 4 / 2, 7 % 4, 7 % 4.0)
print(1 + 1, 1 + 1.0, 1.5 + 1.5, 3 * 2, 3 * 2.0, 6 - 3.0, -(3), -(3.0))
print(tostring(3), tostring(3.0), 3 .. "", 3.0 .. "", 1e15 .. "", 1e16 .. "", -0.0 .. "")
print(math.type(1), math.type(1.0), math.type("1"), math.type(nil))
print(1e15, 1e14, 1e17, 123456789012.5, 0.1, 1 / 3, 1e-10, 2 ^ 53, 2 ^ 63, 2 ^ 31)
print(string.format("%d %s %s", 3, 3, 3.0), string.format("%d", 3.0))
print(math.floor(3.7), math.ceil(3.2), math.floor(-3.7), math.floor(3.0), math.huge // 1)
print(8 // 3 * 3 + 8 % 3, 8.0 // 3 * 3 + 8 % 3)
local acc = 0
for i = 1, 5 do acc = acc + i end
print(acc)
acc = 0
for i = 1, 5 do acc = acc + i / 1 end
print(acc)
for i = 1, 3 do io.write(i, " ") end
for i = 1.0, 3 do io.write(i, " ") end
for i = 1, 3.0 do io.write(i, " ") end
for i = 1, 2, 0.5 do io.write(i, " ") end
print()
