-- Arguments that are nil first and something later, or the other way round.
local words, numbers = { x = 5, y = 6 }, {}
local keys = { [40] = "x", [50] = "y" }
local sum = 0
for i = 1, 60 do sum = sum + (rawget(words, keys[i]) or 0) end
print(sum)

local ends, lengths = { [40] = 3, [50] = 4, [55] = -2 }, {}
for i = 1, 60 do lengths[i] = #string.sub("hello", 2, ends[i]) end
print(table.concat(lengths, " "))

for i = 1, 60 do numbers[i] = i < 30 and 10 or nil end
local parsed = {}
for i = 1, 60 do parsed[i] = tostring(tonumber("11", i < 30 and 10 or 2)) end
print(table.concat(parsed, " "))
local joined = {}
for i = 1, 60 do joined[i] = table.concat({ 1, 2, 3 }, i > 40 and "-" or nil) end
print(joined[40], joined[41], joined[60])
local bytes = {}
for i = 1, 60 do bytes[i] = string.byte("abc", keys[i] and 2 or nil) end
print(table.concat(bytes, " "))
local found = {}
for i = 1, 60 do found[i] = tostring(string.find("a.b", ".", i > 30 and 2 or nil, i > 45 or nil)) end
print(table.concat(found, " "))
local repeated = {}
for i = 1, 60 do repeated[i] = string.rep("x", 2, i > 30 and "," or nil) end
print(repeated[30], repeated[31])
local logs = {}
for i = 1, 60 do logs[i] = math.floor(math.log(8, i > 30 and 2 or nil)) end
print(table.concat(logs, " "))
