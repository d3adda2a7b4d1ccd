-- Strings in arithmetic become numbers; numbers in concatenation become strings.
print("10" + 5, "10" * "2", "3" - 1, "7" / 2, "7" // 2, "7" % 4, "2" ^ 3, -"5", "0x10" + 0, "1e1" + 0, " 5 " + 0, "5.0" + 0)
print(math.type("10" + 5), math.type("10" + 5.0), math.type("10.0" + 5), math.type("1e1" * 1), math.type(-"2"))
print(1 .. 2, 1.5 .. "", -1 .. "x", 2 ^ 63 .. "", 10 // 3 .. "")
print(pcall(function() return "abc" + 1 end))
print(pcall(function() return "" + 1 end))
print(pcall(function() return "1 2" + 1 end))
print(pcall(function() return {} + "1" end))
print("10" == 10, "10" < "9", pcall(function() return "10" < 9 end))
print(("5"):rep("3"), string.rep("x", "2"), ("x"):sub("1", "1"), math.floor("3.7"), math.max("1" + 0, 2))
print(#tostring(12), #(12 .. ""), tostring(12):len(), (12 .. ""):len())
print(table.concat({ 1, 2.0, "x" }, " "), string.format("%s %d", 1.5, "3"))
print(tostring(1e15), tostring(10 ^ 15), 2 ^ 31 | 0, "0x7fffffffffffffff" + 0, "9223372036854775808" + 0)
local t = { ["1"] = "string", [1] = "number" }
print(t["1"], t[1], t[1.0])
for i = "1" + 0, "3" + 0 do io.write(i, " ") end
print()
local s, f = 0, 0
for i = 1, 200 do
  s = s + (i .. "")
  f = f + (i .. ".5")
end
print(s, f)
print(not 0, not "", not nil, 0 and "zero is true", "" and "empty is true", nil or "default")
