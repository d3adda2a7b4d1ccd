-- All comparisons on all pairs of number types, and boolean logic, in hot loops.
local r = { 0, 0, 0, 0, 0, 0 }
for i = -150, 150 do
  local f = i % 2 == 0 and i / 2 or i
  if i < f then r[1] = r[1] + 1 end
  if i <= f then r[2] = r[2] + 1 end
  if i > 10.5 then r[3] = r[3] + 1 end
  if i >= -10.5 then r[4] = r[4] + 1 end
  if i == f then r[5] = r[5] + 1 end
  if i ~= 3.0 then r[6] = r[6] + 1 end
end
print(table.concat(r, " "))
local t, u, v = 0, 0, 0
for i = 1, 300 do
  t = t + ((i > 100 and i < 200 or i == 250) and 1 or 0)
  u = u + ((not (i % 2 == 0) and not (i % 3 == 0)) and 1 or 0)
  local x = i % 4 == 0 and nil or i % 4 == 1 and false or i
  v = v + (x and 1 or x == nil and 10 or 100)
end
print(t, u, v)
local strs, n = { "a", "b", "aa", "", "B" }, 0
for i = 1, 300 do
  local a, b = strs[i % 5 + 1], strs[i % 3 + 1]
  if a < b then n = n + 1 end
  if a <= b then n = n + 10 end
  if a == b then n = n + 100 end
end
print(n)
local big, c = 2 ^ 53, 0
for i = 1, 200 do if big + i == big + i + 1 then c = c + 1 end if math.tointeger(big) + i == big + i then c = c + 1000 end end
print(c)
local b = 0
for i = 1, 200 do
  local p, q = i % 2 == 0, i % 3 == 0
  if p == q then b = b + 1 end
  if p ~= q then b = b + 10 end
  local w = p and q or not p and not q
  if w then b = b + 100 end
end
print(b)
