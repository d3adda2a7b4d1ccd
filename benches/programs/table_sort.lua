-- Measures: table.sort with the default order and with a comparison function, on numbers and records.
-- Group: general
local seed = 42
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local n = tonumber(arg and arg[1]) or 100000
local numbers, records = {}, {}
for i = 1, n do
  numbers[i] = random(1000000)
  records[i] = { key = random(1000), id = i }
end
table.sort(numbers)
table.sort(records, function(a, b)
  if a.key ~= b.key then
    return a.key < b.key
  end
  return a.id < b.id
end)
local check = 0
for i = 1, n do
  check = (check * 31 + numbers[i] + records[i].id) % 1000000007
end
for i = 2, n do
  assert(numbers[i - 1] <= numbers[i] and records[i - 1].key <= records[i].key)
end
print(string.format("%d", check))
