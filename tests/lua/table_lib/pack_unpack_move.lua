-- table.pack, table.unpack, table.move, select.
local p = table.pack(1, nil, 3, nil)
print(p.n, p[1], p[2], p[3], p[4], table.pack().n)
print(table.unpack({ 1, 2, 3 }), table.unpack({ 1, 2, 3 }, 2), table.unpack({ 1, 2, 3 }, 2, 3), table.unpack({}, 1, 3))
print(select("#", table.unpack({}, 1, 5)), select("#", table.unpack({})), table.unpack({ 1, 2 }, -1, 1))
print(pcall(table.unpack, {}, 1, 1e8))
print(table.concat(table.move({ 1, 2, 3, 4 }, 2, 4, 1), " "), table.concat(table.move({ 1, 2, 3 }, 1, 3, 3), " "), table.concat(table.move({ 1, 2, 3 }, 1, 3, 1, {}), " "))
print(#table.move({ 1, 2, 3 }, 1, 0, 5), table.concat(table.move({ 1, 2, 3 }, 2, 3, 5, { 9, 9, 9, 9 }), " "))
print(pcall(table.move, {}, 1, 2))
print(pcall(table.move, 1, 1, 2, 3))
print(select("#"), select("#", nil), select(2, "a", "b", "c"), select(-1, "a", "b", "c"), select(-2, "a", "b", "c"))
print(select(4, "a", "b", "c"), pcall(select, 0, 1))
print(pcall(select, -5, 1))
print(pcall(select, "x"))
local t = {}
for i = 1, 100 do t[i] = i end
print(select("#", table.unpack(t)), (select(100, table.unpack(t))))
local sum = 0
for i = 1, 200 do
  local a, b = table.unpack({ i, i * 2 })
  sum = sum + a + b
end
print(sum)
