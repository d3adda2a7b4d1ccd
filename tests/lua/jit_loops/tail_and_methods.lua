-- Tail calls, method lookups through chains and dynamic callees in hot loops.
local function step(n, acc) if n == 0 then return acc end return step(n - 1, acc + n) end
local s = 0
for i = 1, 60 do s = s + step(i, 0) end
print(s)
local A = { base = 1 }
A.__index = A
function A:val() return self.base + (self.off or 0) end
local B = setmetatable({}, A)
B.__index = B
function B:val() return A.val(self) * 2 end
local objs = { setmetatable({}, A), setmetatable({ off = 3 }, B), setmetatable({ base = 10 }, B), setmetatable({ off = 1 }, A) }
local t = 0
for i = 1, 600 do t = t + objs[i % 4 + 1]:val() end
print(t)
for i = 1, 300 do
  if i == 150 then B.val = nil end
  t = t + objs[2]:val()
end
print(t)
local fns = { plus = function(a) return a + 1 end, minus = function(a) return a - 1 end }
local v = 0
for i = 1, 300 do v = fns[i % 3 == 0 and "minus" or "plus"](v) end
print(v)
local function trampoline(f, ...) return f(...) end
local w = 0
for i = 1, 300 do w = w + trampoline(trampoline, trampoline, math.max, i, 100) end
print(w)
local obj = { n = 0, __index = nil }
function obj.inc(self, k) self.n = self.n + (k or 1); return self end
for i = 1, 300 do obj:inc():inc(2).inc(obj, 3) end
print(obj.n)
