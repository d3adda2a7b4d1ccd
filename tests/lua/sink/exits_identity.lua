-- Objects come back at exits with their identity: the same in two slots, in a table, in an upvalue, in each other.
local a1, a2, holder, up
local function set(v) up = v end
for i = 1, 300 do
  local o = { v = i }
  local same, box = o, { o }
  if i % 70 == 0 then
    a1, a2, holder = o, same, box
    set(o)
  end
  o.v = o.v + 1
end
print(a1 == a2, holder[1] == a1, up == a1, a1.v)
local trace = 0
for i = 1, 300 do
  local x = { n = i }
  local y, z = { x = x }, { x = x }
  local k
  if i % 90 == 0 then k = { x, y, z } else k = nil end
  if k then
    trace = trace + (k[2].x == k[3].x and 1 or 0) + (k[1] == k[2].x and 10 or 0) + (k[2] ~= k[3] and 100 or 0)
  end
end
print(trace)
local carried, other = { n = 0 }, nil
for i = 1, 300 do
  local next_one = { n = carried.n + 1, prev = nil }
  other = carried
  carried = next_one
  if i == 260 then other = carried end
  if other == carried then trace = trace + 1000 end
end
print(trace, carried.n, other.n)
local p, q = { n = 1 }, nil
q = p
for i = 1, 300 do
  if p == q then p = { n = p.n + 1 }; q = p else q = p end
  if i % 60 == 0 then q = { n = p.n } end
end
print(p.n, q.n, p == q)
local node
for i = 1, 250 do
  local n1 = { id = 1 }
  local n2 = { id = 2, peer = n1 }
  n1.peer = n2
  local n3 = { n1, n2 }
  n3[3] = n3
  if i > 240 and i % 2 == 0 then node = n3 end
end
print(node[3] == node, node[1].peer == node[2], node[2].peer == node[1], node[1].id, node[2].id)
