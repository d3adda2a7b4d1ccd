-- Fields of long-lived objects updated in hot loops, aliasing, fields added late.
local o = { n = 0, sum = 0.0, name = "o", sub = { k = 0 } }
for i = 1, 400 do
  o.n = o.n + 1
  o.sum = o.sum + i / 2
  o.sub.k = o.sub.k + o.n % 3
end
print(o.n, o.sum, o.sub.k, o.name)
local p = o
for i = 1, 300 do
  p.n = p.n + 1
  o.n = o.n + 1
  if p.n ~= o.n then print("differ") end
end
print(o.n)
local pair = { { v = 0 }, { v = 0 } }
for i = 1, 400 do
  local x, y = pair[i % 2 + 1], pair[i % 3 == 0 and 1 or 2]
  x.v = x.v + 1
  y.v = y.v + 10
  x.v = x.v + y.v % 2
end
print(pair[1].v, pair[2].v)
local late = {}
for i = 1, 300 do
  late.a = (late.a or 0) + 1
  if i == 150 then late.b = 0 end
  if late.b then late.b = late.b + 1 end
  if i == 250 then late.a = nil end
end
print(late.a, late.b)
local grid = {}
for i = 1, 64 do grid[i] = { x = i % 8, y = i // 8, hits = 0 } end
for i = 1, 800 do local c = grid[i * 7 % 64 + 1]; c.hits = c.hits + c.x - c.y end
local s = 0
for i = 1, 64 do s = s + grid[i].hits * i end
print(s)
local swap = { a = {}, b = {} }
swap.a.id, swap.b.id = 1, 2
for i = 1, 301 do swap.a, swap.b = swap.b, swap.a end
print(swap.a.id, swap.b.id)
for i = 1, 200 do o["f" .. i % 30] = i end
print(o.f0, o.f29, o.n)
