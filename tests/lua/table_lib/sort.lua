-- table.sort: default order, comparison functions, records, errors.
local t = { 5, 2, 8, 1, 9, 3 }
table.sort(t)
print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end)
print(table.concat(t, " "))
local words = { "pear", "Apple", "fig", "apple", "" }
table.sort(words)
print(table.concat(words, ","))
local mixed = { 3, 1.5, -2, 2 ^ 53, 0.1, 10 }
table.sort(mixed)
print(table.concat(mixed, " "))
local people = {}
for i = 1, 60 do people[i] = { name = "p" .. i, age = i * 37 % 11 } end
table.sort(people, function(a, b)
  if a.age ~= b.age then return a.age < b.age end
  return a.name < b.name
end)
print(people[1].name, people[30].name, people[60].name)
local seed, big = 1, {}
for i = 1, 500 do
  seed = seed * 16807 % 2147483647
  big[i] = seed % 1000
end
table.sort(big)
local ok = true
for i = 2, #big do ok = ok and big[i - 1] <= big[i] end
print(ok, big[1], big[250], big[500])
local same = {}
for i = 1, 100 do same[i] = 7 end
table.sort(same)
table.sort(same, function(a, b) return a < b end)
print(same[1], same[100])
print(pcall(table.sort, { 3, "x", 1 }))
print(pcall(table.sort, { 1, 2, {} }))
print(pcall(table.sort, { 1, 2, 3 }, 5))
print(pcall(table.sort, { 1, 2, 3 }, function() error("stop", 0) end))
local sorted = {}
for i = 1, 200 do sorted[i] = i end
table.sort(sorted, function(a, b) return a > b end)
print(sorted[1], sorted[200])
