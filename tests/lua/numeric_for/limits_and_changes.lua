-- The limits are evaluated once; assigning the variable does not change the loop.
local calls = 0
local function limit() calls = calls + 1; return 5 end
local sum = 0
for i = 1, limit() do
  sum = sum + i
  i = i + 100
  sum = sum + i
end
print(sum, calls)
local n = 3
for i = 1, n do n = n + 1 end
print(n)
local step = 1
local seen = {}
for i = 1, 9, step do step = 2; seen[#seen + 1] = i end
print(#seen, table.concat(seen))
local fs = {}
for i = 1, 3 do fs[i] = function() i = i * 2; return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())
for i = 1, 2 do for j = i, 3 do for k = j, i, -1 do io.write(i, j, k, " ") end end end
print()
local out = {}
for i = 1, 100 do
  if i % 2 == 0 then goto continue end
  if i > 20 then break end
  out[#out + 1] = i
  ::continue::
end
print(table.concat(out, " "))
local function find(t, x) for i = 1, #t do if t[i] == x then return i end end end
print(find({ 5, 6, 7 }, 6), find({ 5 }, 9))
