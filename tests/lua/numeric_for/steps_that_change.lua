-- Steps whose sign changes between runs of one loop, to 0 among others, and starts and limits that are no numbers.
local function run(from, to, step)
  local sum, turns = 0, 0
  for i = from, to, step do
    sum, turns = sum + i, turns + 1
    if turns > 50 then return "endless" end
  end
  return turns, sum
end

for _, steps in ipairs { { -2, 0, -3, 2 }, { -2.0, 0.0, -3.0, 2.0 }, { 2, 0, 3, -2 }, { 2.5, 0.0, 3.0, -2.5 }, { -1, 0, 1, -4 } } do
  for j = 1, 40 do
    local step = j < 25 and steps[1] or steps[j % 3 + 2]
    local ok, turns, sum = pcall(run, 10, 1, step)
    if j % 8 == 0 or j > 23 and j < 29 then print(j, step, ok, turns, sum) end
  end
end

local nan = 0 / 0
local function count(from, to)
  local n = 0
  for _ = from, to do n = n + 1 end
  return n
end
local counts = {}
for i = 1, 40 do counts[i] = count(i < 20 and 300.0 or i % 2 == 0 and nan or 14.0, 15) end
print(table.concat(counts, " "))
for i = 1, 40 do counts[i] = count(i < 20 and nan or i % 2 == 0 and 1.0 or nan, 15) end
print(table.concat(counts, " "))
for i = 1, 40 do counts[i] = count(13.0, i < 20 and 15 or i % 2 == 0 and nan or 14.0) end
print(table.concat(counts, " "))
