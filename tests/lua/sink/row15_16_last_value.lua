-- Only the last object is needed after the loop.
local T = {}
for i = 1, 8 do T[i] = i * i end
local v
for i = 1, 300 do v = { x = T[i % 8 + 1] } end
print(v.x)
local n, a = 0, nil
for i = 1, 300 do a = { x = 2 * i + n }; n = (n + a.x) % 100003 end
print(n, a.x)
local last
for i = 1, 300 do last = { i = i, half = i / 2, s = i % 2 == 0 and "even" or "odd" } end
print(last.i, last.half, last.s)
local first
for i = 1, 300 do local o = { i = i }; first = first or o; last = o end
print(first.i, last.i)
local w
for i = 1, 300 do w = { prev = w and w.i or 0, i = i } end
print(w.prev, w.i)
local f
for i = 1, 250 do f = function() return i end end
print(f())
