-- Containers that die at once, cycles, carried points, swapped pairs.
local v = { 1, 2 }
for i = 1, 251 do local t = { v }; v = { v[2], v[1] } end
print(v[1], v[2])
local s = 0
for i = 1, 250 do
  local t = { n = i }
  t.me = t
  local a, b = { x = i }, { x = -i }
  a.b, b.a = b, a
  s = s + t.me.me.n + a.b.a.x + b.a.b.x
end
print(s)
local kept
for i = 1, 250 do
  local a, b = { x = i }, { x = -i }
  a.b, b.a, a.self = b, a, a
  if i == 233 then kept = b end
end
print(kept.x, kept.a.x, kept.a.b == kept, kept.a.self == kept.a)
local P = {}
P.__index = P
local function new(x, y) return setmetatable({ x = x, y = y }, P) end
P.__add = function(a, b) return new(a.x + b.x, a.y + b.y) end
local a, b = new(0, 0), new(1, 0.5)
for i = 1, 400 do a = (a + b) + b end
print(a.x, a.y, getmetatable(a) == P)
local w = { x = 0, tag = "a" }
for i = 1, 300 do w = { x = w.x + 1, tag = i % 100 == 0 and "b" or w.tag } end
print(w.x, w.tag)
v = { 1, 2 }
for i = 1, 301 do v = { v[2], v[1] } end
print(v[1], v[2])
local last
for i = 1, 300 do a = a + b; if i == 280 then last = a end end
print(last.x, last.y, a.x, rawequal(last, a))
