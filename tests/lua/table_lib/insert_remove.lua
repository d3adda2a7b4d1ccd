-- table.insert and table.remove at all positions, and their errors.
local t = {}
table.insert(t, "a")
table.insert(t, 1, "b")
table.insert(t, 2, "c")
table.insert(t, #t + 1, "d")
print(table.concat(t, " "), #t)
print(table.remove(t), table.remove(t, 1), table.concat(t, " "))
print(table.remove(t, #t + 1), table.remove({}), table.remove({}, 0), #t)
print(pcall(table.insert, t, 5, "x"))
print(pcall(table.insert, t, 0, "x"))
print(pcall(table.insert, t))
print(pcall(table.insert, t, 1, 2, 3))
print(pcall(table.insert, nil, 1))
print(pcall(table.remove, t, 7))
print(pcall(table.insert, t, "x", 1))
local q = {}
for i = 1, 200 do table.insert(q, i) end
for i = 1, 100 do table.remove(q, 1) end
for i = 1, 50 do table.insert(q, 1, -i) end
local s = 0
for i, v in ipairs(q) do s = s + i * v end
print(#q, q[1], q[51], s)
local stack = {}
for i = 1, 300 do
  stack[#stack + 1] = i
  if i % 3 == 0 then table.remove(stack) end
end
print(#stack, stack[#stack])
