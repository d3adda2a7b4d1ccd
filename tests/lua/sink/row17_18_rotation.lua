-- Two carried objects, and rotation a, b = b, c.
local a, prev = { x = 0 }, nil
for i = 1, 300 do prev = a; a = { x = a.x + 1 } end
print(prev.x, a.x, prev ~= a)
local p, q = { x = 0 }, { x = 1 }
for i = 1, 80 do local c = { x = p.x + q.x }; p, q = q, c end
print(p.x, q.x)
local k1, k2
p, q = { x = 0 }, { x = 1 }
for i = 1, 300 do
  local c = { x = (p.x + q.x) % 1000003 }
  p, q = q, c
  if i == 222 then k1, k2 = p, q end
end
print(p.x, q.x, k1.x, k2.x, k1 ~= k2, k2 ~= p)
local u, v, w = { n = 1 }, { n = 2 }, { n = 3 }
for i = 1, 300 do u, v, w = v, w, { n = (u.n + w.n) % 1009 } end
print(u.n, v.n, w.n)
local x, y = { n = 1 }, { n = 2 }
for i = 1, 301 do x, y = y, x end
print(x.n, y.n)
for i = 1, 301 do
  x, y = { n = y.n + 1 }, { n = x.n * 2 % 1013 }
  if i == 150 then y = x end
  if i == 151 then print(rawequal(x, y), x.n, y.n) end
end
print(x.n, y.n)
local cur, old = { v = 1 }, { v = 0 }
for i = 1, 200 do
  old, cur = cur, { v = cur.v + 1, old = nil }
  if i == 180 then cur = old end
end
print(cur.v, old.v)
