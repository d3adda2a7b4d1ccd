-- `math.min` and `math.max` give the argument that won, with its type; the first of equals wins, and NaN never does unless it
-- stands first.
local function show(v)
  return v ~= v and "nan" or tostring(v)
end

local pairs_of = {
  { 1, 2 }, { 2, 1 }, { 1, 1.0 }, { 1.0, 1 }, { 1.5, 1 }, { -0.0, 0 }, { 0, -0.0 }, { 0.0, -0.0 },
  { math.maxinteger, math.maxinteger + 0.0 }, { math.mininteger, -math.huge }, { 0 / 0, 1 }, { 1, 0 / 0 },
  { math.huge, math.maxinteger }, { 2 ^ 53, (1 << 53) + 1 },
}
for _, pair in ipairs(pairs_of) do
  local a, b = pair[1], pair[2]
  local low, high, integers = nil, nil, 0
  for i = 1, 60 do
    low, high = math.min(a, b), math.max(a, b)
    if math.type(low) == "integer" then
      integers = integers + 1
    end
    if math.type(high) == "integer" then
      integers = integers + 1
    end
  end
  io.write(show(low), " ", show(high), " ", integers, "; ")
end
print()

-- The winner's type changes from turn to turn.
local best, types = 0, ""
for i = 1, 120 do
  local candidate = i % 3 == 0 and i + 0.5 or i
  best = math.max(best, candidate)
  local least = math.min(best, 50)
  if i % 20 == 0 then
    types = types .. math.type(best):sub(1, 1) .. math.type(least):sub(1, 1) .. tostring(least) .. " "
  end
end
print(best, types)

-- More arguments, and one.
local sum = 0
for i = 1, 100 do
  sum = sum + math.max(i, 3, 7.5, -i) - math.min(i, 50.0, 60) + math.max(i) - math.min(i + 0.0)
end
print(sum)
print(pcall(function()
  local x
  for i = 1, 100 do
    x = math.max(i, i == 90 and "z" or 1)
  end
end))
