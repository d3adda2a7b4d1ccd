-- Fresh tables inside fresh tables.
local s, n = 0, 250
for i = 1, n do local t = { p = { x = i }, q = { x = 1 } }; s = s + t.p.x + t.q.x end
print(s)
local kept
for i = 1, n do local t = { p = { x = i }, q = { x = { y = i * 2 } } }; t.r = t.p; if i == 211 then kept = t end end
print(kept.p.x, kept.q.x.y, kept.r == kept.p)
for i = 1, n do
  local inner = { v = i }
  local t = { inner, inner, { inner } }
  inner.v = inner.v + 1
  s = s + t[1].v + t[3][1].v
  if i == 217 then kept = t end
end
print(kept[1] == kept[2], kept[3][1] == kept[1], kept[1].v, s)
for i = 1, n do
  local a = { k = i }
  local b = { a = a }
  local c = { b = b, a = a }
  b.a = { k = -i }
  if i % 60 == 0 then kept = c end
  s = s + c.b.a.k + c.a.k
end
print(kept.b.a.k, kept.a.k, kept.b.a ~= kept.a, s)
