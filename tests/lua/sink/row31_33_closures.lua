-- Closures that live for one step, closure iterators, comparison functions made in the loop.
local s = 0
for i = 1, 250 do local f = function(a) return a + i end; s = s + f(2) end
print(s)
local function iter(t) local k = 0; return function() k = k + 1; return t[k] end end
local T = { 1, 2, 3 }
for i = 1, 120 do for v in iter(T) do s = s + v * i end end
print(s)
for i = 1, 60 do
  local u = { 3, i, 1 }
  table.sort(u, function(a, b) return a < b end)
  s = s + u[1] + u[2] * 2 + u[3] * 3
end
print(s)
for i = 1, 250 do
  local n = 0
  local inc = function(k) n = n + k end
  inc(i) inc(1)
  s = s + n
end
print(s)
local kept, peek
for i = 1, 250 do
  local n = i
  local add, get = function(k) n = n + k end, function() return n end
  add(1)
  if i == 211 then kept, peek = add, get end
  add(1)
end
print(peek())
kept(10)
print(peek())
for i = 1, 250 do
  local o = { v = i }
  local f = function() o.v = o.v + 1; return o end
  s = s + f().v + f().v
  if i == 222 then kept = f end
end
print(kept().v, s)
local function compose(f, g) return function(x) return f(g(x)) end end
for i = 1, 200 do s = s + compose(function(x) return x + i end, compose(function(x) return x * 2 end, function(x) return x - 1 end))(i) end
print(s)
