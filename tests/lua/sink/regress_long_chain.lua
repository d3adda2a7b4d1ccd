-- A long chain of additions with temporaries on both sides.
local V = {}
V.__index = V
local function v(x) return setmetatable({ x = x }, V) end
V.__add = function(a, b) return v(a.x + b.x) end
V.__mul = function(a, b) return v(a.x * b.x % 10007) end
local acc = v(0)
for i = 1, 150 do
  local a = v(i)
  a = a + a a = a + a a = a + a a = a + a a = a + a a = a + a a = a + a a = a + a
  local b = a + v(1) + v(2) + v(3) + v(4) + v(5) + v(6) + v(7) + v(8) + v(9) + v(10)
  acc = acc + a * b + (a + b) * (b + a) + ((a + b) + (a + b)) + ((a + b) + (a + b))
end
print(acc.x)
local t = { x = 1 }
for i = 1, 150 do
  local p = { t, t }
  p = { p, p }
  p = { p, p }
  p = { p, p }
  t = { x = (p[1][2][1][2].x + p[2][1][2][1].x) % 1009 }
end
print(t.x)
local s = v(1)
for i = 1, 100 do s = s + s + s; s = v(s.x % 100003) end
print(s.x)
