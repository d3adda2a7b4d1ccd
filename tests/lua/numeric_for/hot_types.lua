-- Hot loops whose index or limit changes its number type between entries.
local function total(a, b, c)
  local s = 0
  for i = a, b, c do s = s + i end
  return s
end
for round = 1, 12 do
  local r = round % 4
  if r == 0 then print(total(1, 50, 1))
  elseif r == 1 then print(total(1.0, 50, 1))
  elseif r == 2 then print(total(1, 50.5, 1))
  else print(total(50, 1, -1.0)) end
end
local s = 0
for i = 1, 300 do
  for j = i, i + 2 do s = s + j end
  for j = i + 2, i, -1 do s = s - j end
end
print(s)
local f = 0
for i = 0, 1, 1 / 256 do f = f + i end
print(f)
local big = 0
for i = math.maxinteger - 300, math.maxinteger do big = big ~ i end
print(big)
for i = math.mininteger + 200, math.mininteger, -1 do big = big ~ i end
print(big)
