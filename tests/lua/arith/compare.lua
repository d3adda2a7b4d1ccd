-- Comparisons between the number types and strings.
print(1 < 1.5, 1 <= 1.0, 2 > 1.999, 1 == 1.0, -1 > -1.5, 0 == -0.0)
local big = 2 ^ 53
print(big == big + 1, math.tointeger(big) + 1 == big + 1, math.tointeger(big) + 1 > big)
print(math.maxinteger < 2 ^ 63, math.maxinteger <= 2 ^ 63, math.maxinteger >= 2 ^ 63, math.maxinteger + 0.0 == 2 ^ 63)
print(math.mininteger <= -2 ^ 63, math.mininteger < -2 ^ 63, math.mininteger == -2 ^ 63, math.mininteger > -1e300)
print(math.maxinteger < math.huge, math.mininteger > -math.huge, 1 < 0 / 0, 1 > 0 / 0, 1 <= 0 / 0)
print("a" < "b", "a" < "B", "" < "a", "a" < "aa", "Z" < "a", "10" < "9", "a\0b" < "a\0c", "a" <= "a", "b" >= "c")
print("abc" == "abc", "a" .. "bc" == "abc", "1" == 1, 1 == "1", nil == false, {} == {})
local t = {}
local u = t
print(t == u, t ~= u, t == {}, print == print, "x" ~= "y")
for _, pair in ipairs({ { 9007199254740993, 9007199254740992.0 }, { -9007199254740993, -9007199254740992.0 }, { 1, 0.5 }, { 0, -0.0 } }) do
  local a, b = pair[1], pair[2]
  print(a < b, a <= b, a == b, a > b, a >= b, b < a, b <= a)
end
