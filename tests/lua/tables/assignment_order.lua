-- Right sides are evaluated before any store; swaps and index expressions see old values.
local a, b, c = 1, 2, 3
a, b, c = c, a, b
print(a, b, c)
local t = { 1, 2, 3 }
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
t[1], t[2], t[3] = t[3], t[1], t[2]
print(t[1], t[2], t[3])
local x, y, z = (function() return 1, 2 end)()
print(x, y, z)
x, y, z = 0, (function() return 1, 2 end)()
print(x, y, z)
x, y, z = (function() return 1, 2 end)(), 10
print(x, y, z)
local p = { q = {} }
p.q.r, p.q = 5, { r = 6 }
print(p.q.r)
local m, n = 1
print(m, n)
local u = {}
u.a, u.b, u.a = 1, 2, 3
print(u.b, u.a == 1 or u.a == 3)
