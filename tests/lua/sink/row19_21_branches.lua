-- Carried objects replaced on one or both sides of branches.
local a = { x = 0 }
for i = 1, 301 do if i % 2 == 0 then a = { x = a.x + 1 } end end
print(a.x)
for i = 1, 300 do if i % 3 == 0 then a = { x = a.x + 1 } else a = { x = a.x - 1 } end end
print(a.x)
for i = 1, 300 do
  if i % 3 == 0 then a = { x = a.x + 1 } elseif i % 3 == 1 then a = { x = a.x * 2 % 1009 } else a = { x = -a.x } end
end
print(a.x)
local P = {}
P.__index = P
P.__add = function(p, q) return setmetatable({ x = p.x + q.x, y = p.y + q.y }, P) end
local function new(x, y) return setmetatable({ x = x, y = y }, P) end
local p, d, wraps = new(0, 0), new(1, 0.25), 0
for i = 1, 600 do
  p = p + d
  if p.x > 50 then p = new(0, p.y); wraps = wraps + 1 end
end
print(p.x, p.y, wraps, getmetatable(p) == P)
local q, old = new(0, 0), nil
for i = 1, 400 do
  if i % 5 == 0 then old = q end
  if i % 7 == 0 then q = new(q.x + 1, i) else q.y = q.y + 1 end
  if old and old == q and i % 35 == 0 then q.x = q.x + 100 end
end
print(q.x, q.y, old.x, old.y, rawequal(old, q))
local mix = { x = 0 }
for i = 1, 300 do
  if i % 4 == 0 then mix = { x = mix.x, y = i } elseif i % 4 == 1 then mix = { x = mix.x + 1 } end
  if mix.y then mix.x = mix.x + 2 end
end
print(mix.x, mix.y)
