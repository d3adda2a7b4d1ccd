-- table.concat: separators, ranges, numbers, errors.
print(table.concat({}), table.concat({ 1, 2.5, "x" }), table.concat({ 1, 2, 3 }, ", "), table.concat({ 1, 2, 3 }, ", ", 2), table.concat({ 1, 2, 3 }, ", ", 2, 2))
print(table.concat({ 1, 2, 3 }, "x", 4), table.concat({ 1, 2 }, 0), table.concat({ "a" }, "sep"))
print(pcall(table.concat, { 1, {}, 3 }))
print(pcall(table.concat, { 1, nil, 3 }, ",", 1, 3))
print(pcall(table.concat, { true }))
print(pcall(table.concat))
print(pcall(table.concat, { 1 }, {}))
local t = setmetatable({}, { __index = function(_, i) return i * 2 end, __len = function() return 4 end })
print(table.concat(t, " "))
local parts = {}
for i = 1, 500 do parts[i] = i end
print(#table.concat(parts), #table.concat(parts, "--"))
print(#table.concat({ ("x"):rep(500), ("y"):rep(500) }, ("z"):rep(100)))
