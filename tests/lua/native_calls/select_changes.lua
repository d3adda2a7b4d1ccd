-- `select` whose first argument is of another kind, or another, in the middle of a loop.
local function run(pick)
  local found = {}
  for i = 1, 40 do found[#found + 1] = tostring((select(pick(i), 7, 8, 9))) end
  print(table.concat(found, " "))
end
local function field(list) return function(i) return list[i] end end
local signs, mixed, negative = {}, {}, {}
for i = 1, 40 do
  signs[i] = i < 20 and "#" or i % 3 == 0 and "2" or "1"
  mixed[i] = i < 15 and 1 or i < 30 and 2.0 or "3"
  negative[i] = i < 20 and -1 or -3
end
run(field(signs))
run(field(mixed))
run(field(negative))
run(function(i) return i < 20 and "#" or "1" end)
run(function(i) return i < 20 and "1" or "#" end)

local function rest(n, ...) return select(n, ...) end
local sum = 0
for i = 1, 60 do
  local list = { rest(i < 30 and "2" or 3, i, i + 1, i + 2) }
  sum = sum + #list + list[1]
end
print(sum, pcall(select, 0, 1), pcall(select, -2, 1))
for i = 1, 20 do
  local ok, why = pcall(function() return select(i < 18 and 1 or "x", 5) end)
  if i > 16 then print(i, ok, why) end
end
