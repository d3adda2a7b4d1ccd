-- Numeric for: steps, types, empty ranges, limits that are floats.
local function run(a, b, c)
  local t = {}
  for i = a, b, c or 1 do
    t[#t + 1] = tostring(i)
    if #t > 12 then break end
  end
  return "[" .. table.concat(t, " ") .. "]"
end
print(run(1, 5), run(5, 1), run(5, 1, -2), run(1, 1), run(0, 10, 3), run(-3, 3), run(3, -3, -1))
print(run(1.0, 3), run(1, 3.0), run(1, 3.5), run(1.5, 4), run(1, 2, 0.25), run(1, 0, -0.5), run(0.1, 0.5, 0.1))
print(run(1, math.huge, 100), run(1, -math.huge), run(-1, -math.huge, -50), run(1, 0 / 0), run(0 / 0, 1))
print(run(math.maxinteger - 2, math.maxinteger), run(math.mininteger + 2, math.mininteger, -1), run(math.maxinteger, math.huge))
print(run(1, 2 ^ 53, 2 ^ 50), run(3, 2.9), run(-1, -1.5), run(-1, -1.5, -1), run(1, 3, 5), run(3, 1, -5))
print(run(math.mininteger, math.maxinteger, math.maxinteger), run(1, 10, math.maxinteger), run(math.maxinteger, 1, math.mininteger))
for _, c in ipairs({ { 1, 10, 0 }, { 1.0, 10, 0.0 }, { "a", 1, 1 }, { 1, {}, 1 }, { 1, 2, "x" }, { 1, "2", 1 }, { "1", 2, 1 } }) do
  print(pcall(run, c[1], c[2], c[3]))
end
local n = 0
for i = 1, 3 do local i = i * 10; n = n + i end
print(n)
for i = 3, 1, -1 do io.write(i, " ") end
for i = 10, 1, -3 do io.write(i, " ") end
print()
