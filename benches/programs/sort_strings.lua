-- Measures: table.sort of strings by <, by a comparison function on strings, and of records by a string field.
-- Group: general
local n = tonumber(arg and arg[1]) or 100000
local seed = 7
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local words, records, upper = {}, {}, {}
for i = 1, n do
  local letters = {}
  for j = 1, 3 + random(8) do
    letters[j] = string.char(97 + random(26))
  end
  local word = table.concat(letters)
  words[i] = word
  upper[i] = word:upper()
  records[i] = { name = word, rank = random(100) }
end
table.sort(words)
table.sort(upper, function(a, b)
  return a > b
end)
table.sort(records, function(a, b)
  if a.rank ~= b.rank then
    return a.rank < b.rank
  end
  return a.name < b.name
end)
local check = 0
for i = 1, n do
  check = (check * 31 + words[i]:byte(2) + upper[i]:byte(1) * 3 + records[i].name:byte(-1)) % 1000000007
end
print(string.format("%d", check))
