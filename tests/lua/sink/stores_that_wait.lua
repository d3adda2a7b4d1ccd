-- Objects stored in real objects, and replaced before anybody looks, unless somebody does.
local function v(x) return { x = x } end
local a, b, list, up = { f = v(0), n = 0 }, { f = v(0), n = 0 }, { v(0), v(0) }, v(0)
local function set(o) up = o end
local function get() return up end
-- Replaced each time round, and read in between.
for i = 1, 300 do
  a.f = v(a.f.x + i)
  list[1] = v(list[1].x + a.f.x % 7)
  set(v(get().x + list[1].x % 5))
end
print(a.f.x, list[1].x, up.x)
-- Two references that may be to the same object, and sometimes are.
local sum = 0
for i = 1, 300 do
  local p, q = a, i % 50 == 0 and a or b
  p.f = v(i)
  sum = sum + q.f.x
  q.f = v(-i)
  sum = sum + p.f.x * 3
end
print(sum, a.f.x, b.f.x, a.f == b.f)
-- The same object in two places, in a slot, and seen at an exit; a place that is given up and taken again.
local seen
for i = 1, 300 do
  local o = v(i)
  a.f, b.f, list[2] = o, o, o
  if i % 90 == 0 then seen = { a.f == b.f, list[2] == o, a.f.x, o } end
  if i % 100 == 0 then b.f = v(0) end
  o.x = o.x + 1
end
print(seen[1], seen[2], seen[3], seen[4].x, a.f == b.f, a.f == list[2], a.f.x, b.f.x)
-- Somebody looks: natives, a loop over all fields, a length, an element by a computed index, a shape that changes.
local text = {}
for i = 1, 300 do
  local o = { f = v(0), g = 1 }
  a.f = v(i)
  if i % 60 == 0 then for k, x in pairs(a) do if k == "f" then text[#text + 1] = x.x end end end
  list[1] = v(i)
  sum = sum + list[i % 2 + 1].x + #list
  if i == 250 then a.extra = true end
  b.f = v(i)
  if i % 77 == 0 then b.f = nil end
  sum = sum + (b.f and b.f.x or 1000)
  list[2], list[1] = list[1], list[2]
  if i % 110 == 0 then table.insert(list, 1, v(5)); table.remove(list) end
end
print(table.concat(text, " "), sum, #list, list[1].x, list[2].x, a.extra)
-- Replaced by something that is no object, on some paths.
local kinds = {}
for i = 1, 400 do
  if i % 3 == 0 then a.f = i elseif i % 3 == 1 then a.f = v(i) else a.f = { y = i } end
  local f = a.f
  local kind = type(f) == "table" and (f.x and "x" or "y") or "n"
  kinds[kind] = (kinds[kind] or 0) + 1
end
print(kinds.x, kinds.y, kinds.n, a.f.x)
-- Nested loops: stored outside, replaced inside, read after.
for i = 1, 60 do
  a.f = v(i)
  for j = 1, i % 7 do a.f = v(a.f.x + j); if j == 5 then break end end
  for j = 1, 3 do b.f = v((b.f and b.f.x or 0) + a.f.x % 3) end
  sum = sum + a.f.x
end
print(sum, a.f.x, b.f.x)
-- Errors find what was stored before them.
local box = {}
for _, limit in ipairs { 100, 150, 201 } do
  local ok = pcall(function()
    for i = 1, 300 do
      box.f = v(i)
      if i == limit then error("here") end
      box.g = { box.f }
      local _ = box.g[1].x + (i == limit + 1 and nil or 1)
    end
  end)
  print(ok, box.f.x, box.g[1].x)
end
-- What is stored in an old object survives collections.
local keep = {}
for i = 1, 3000 do
  keep.f = v(i)
  keep.g = { keep.f, keep.g and keep.g[1].x }
  if i % 1000 == 0 then collectgarbage() end
  local s = tostring(i)
end
collectgarbage()
print(keep.f.x, keep.g[1] == keep.f, keep.g[2])
-- Stored in itself.
local cyc = {}
for i = 1, 300 do
  local o = { n = i }
  o.me = o
  cyc.o = o
  cyc.o.me.n = cyc.o.n + 1
end
print(cyc.o.n, cyc.o.me == cyc.o)
-- A list that is replaced by one that is longer by one.
local head = {}
for i = 1, 300 do head.next = { v = i, next = head.next } end
local n = 0
for _ = 1, 1000 do if not head.next then break end; n = n + head.next.v; head.next = head.next.next end
print(n)
