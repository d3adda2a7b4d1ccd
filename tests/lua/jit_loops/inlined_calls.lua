-- Small functions and methods inlined in loops: results dropped, added, passed on; errors keep their line.
local function add(a, b) return a + b end
local function two(a) return a, a * 2 end
local function none() end
local function apply(f, ...) return f(...) end
local s = 0
for i = 1, 400 do
  s = add(s, add(i, add(1, 2)))
  local a, b, c = two(i)
  s = s + a + b + (c or 0) + (two(1))
  none()
  s = s + select("#", none()) + (none() == nil and 1 or 0)
  s = s + apply(add, i, 1) + apply(apply, add, 1, 1)
end
print(s)
local P = {}
P.__index = P
function P.new(x) return setmetatable({ x = x, n = 0 }, P) end
function P:get() return self.x end
function P:set(x) self.x = x; self.n = self.n + 1; return self end
function P:bump(k) return self:set(self:get() + k) end
local p = P.new(1)
for i = 1, 400 do p:bump(i):bump(-1) end
print(p:get(), p.n)
local function clamp(x, lo, hi) if x < lo then return lo end if x > hi then return hi end return x end
local c = 0
for i = -200, 200 do c = c + clamp(i, -50, 70) end
print(c)
local function default(a, b) b = b or 10; return a + b end
local d = 0
for i = 1, 300 do d = d + (i % 50 == 0 and default(i, 1) or default(i)) end
print(d)
local function minmax(t) local lo, hi = t[1], t[1]; for i = 2, #t do if t[i] < lo then lo = t[i] elseif t[i] > hi then hi = t[i] end end return lo, hi end
local lo, hi = 0, 0
for i = 1, 100 do local a, b = minmax({ i, i * 7 % 11, 5 }); lo, hi = lo + a, hi + b end
print(lo, hi)
local function check(i) if i > 350 then error("too large: " .. i) end return i end
print(pcall(function() local t = 0; for i = 1, 400 do t = t + check(i) end return t end))
local function extra(a, b, c) return a, b, c end
local e = 0
for i = 1, 200 do local a, b, c = extra(i, 2); e = e + a + b + (c == nil and 1 or 100); e = e + select("#", extra(i, i, i, i)) end
print(e)
