-- Cyclic structures that live and that die.
local keep = {}
for i = 1, 400 do
  local a, b = { id = i }, {}
  a.b, b.a, a.me = b, a, a
  setmetatable(a, { __index = b })
  if i % 10 == 0 then keep[#keep + 1] = a end
end
local s = 0
for _, a in ipairs(keep) do
  assert(a.b.a == a and a.me == a and a.a == a)
  s = s + a.b.a.me.id
end
print(#keep, s)
local ring = {}
local first = { n = 1 }
local last = first
for i = 2, 300 do last.next = { n = i, prev = last }; last = last.next end
last.next, first.prev = first, last
local node, sum = first, 0
for _ = 1, 900 do sum, node = sum + node.n, node.next end
for _ = 1, 450 do sum, node = sum - node.n, node.prev end
print(sum, node.n)
local graph = {}
for i = 1, 60 do graph[i] = { edges = {} } end
for i = 1, 60 do for j = 1, 60 do if (i * j) % 7 == 1 then graph[i].edges[graph[j]] = j end end end
local e = 0
for i = 1, 60 do for other, j in pairs(graph[i].edges) do assert(other == graph[j]); e = e + j end end
print(e)
local f
f = function() return f end
local g = function() return f()() == f end
print(g())
