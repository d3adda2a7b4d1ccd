-- Loops with many live variables, multiple assignment, long expressions.
local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
local i1, j1, k1, l1, m1, n1 = 0.5, 1.5, 2.5, 3.5, 4.5, 5.5
for i = 1, 400 do
  a, b, c, d, e, f, g, h = b, c, d, e, f, g, h, (a + i) % 1000
  i1, j1, k1, l1, m1, n1 = j1, k1, l1, m1, n1, i1 + 0.25
  if i % 100 == 0 then a, h = h, a end
end
print(a, b, c, d, e, f, g, h)
print(i1, j1, k1, l1, m1, n1)
local t = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }
for i = 1, 300 do
  t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10] = t[10], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], (t[9] + i) % 97
end
print(table.concat(t, " "))
local s = 0
for i = 1, 200 do
  s = s + ((i * 2 + 1) * (i - 3) // 2 - (i % 5) * (i % 7)) % 1009 + ((i & 7) << (i & 3)) - (i | 5) + (i ~ 9)
end
print(s)
local o = { a = 1, b = 2, c = 3, d = 4, e = 5 }
for i = 1, 300 do o.a, o.b, o.c, o.d, o.e = o.b, o.c, o.d, o.e, (o.a + o.c) % 1000 end
print(o.a, o.b, o.c, o.d, o.e)
local x, y, z = 1, 0.5, "s"
for i = 1, 150 do
  if i % 50 == 0 then x, y, z = y, z, x end
end
print(x, y, z)
