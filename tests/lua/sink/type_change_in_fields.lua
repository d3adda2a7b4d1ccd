-- Fields of carried objects that change their type: integer to float, number to string, present to nil, object to number.
local o = { x = 0, y = "s", z = nil }
for i = 1, 400 do
  local x = o.x + 1
  if i == 200 then x = x + 0.5 end
  o = { x = x, y = i % 150 == 0 and i or o.y, z = i > 300 and { i } or nil }
end
print(o.x, o.y, o.z[1])
local p = { v = 1 }
for i = 1, 300 do
  if i % 100 == 0 then p = { v = { n = type(p.v) == "table" and p.v.n or p.v } }
  elseif type(p.v) == "table" then p = { v = p.v.n + 1 }
  else p = { v = p.v + 1 } end
end
print(type(p.v) == "table" and p.v.n or p.v)
local q = { a = 1 }
for i = 1, 300 do
  if i < 100 then q = { a = q.a + 1 } elseif i < 200 then q = { a = q.a, b = i } else q = { b = q.b, a = q.a + q.b } end
end
print(q.a, q.b)
local f = { n = 1 }
for i = 1, 200 do f = { n = f.n * (i % 50 == 0 and 1.0 or 1) + 1 } end
print(f.n)
local w = { 1, 2 }
for i = 1, 300 do
  if i % 90 == 0 then w = { w[1], w[2], #w } else w = { w[2], w[1] } end
end
print(#w, w[1], w[2], w[3])
