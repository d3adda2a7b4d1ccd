-- Every kind of metamethod in a hot loop.
local V = {}
V.__index = V
local function new(x) return setmetatable({ x = x }, V) end
V.__add = function(a, b) return new(a.x + (type(b) == "number" and b or b.x)) end
V.__sub = function(a, b) return new(a.x - b.x) end
V.__mul = function(a, k) return new(a.x * k) end
V.__unm = function(a) return new(-a.x) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__len = function(a) return a.x % 10 end
V.__call = function(a, k) return a.x + k end
V.__concat = function(a, b) return (type(a) == "table" and a.x or a) .. (type(b) == "table" and b.x or b) end
V.__idiv = function(a, k) return new(a.x // k) end
V.__mod = function(a, k) return new(a.x % k) end
local acc, one = new(0), new(1)
local eq, lt, le, len, call = 0, 0, 0, 0, 0
for i = 1, 400 do
  acc = acc + one + 2
  acc = acc - one
  acc = -(-acc) * 2 // 2
  if acc == new(i * 2) then eq = eq + 1 end
  if acc < new(300) then lt = lt + 1 end
  if acc <= new(400) then le = le + 1 end
  len = len + #acc
  call = call + acc(i)
end
print(acc.x, eq, lt, le, len, call)
local cat = 0
for i = 1, 200 do cat = cat + #(new(i) .. "-" .. new(i)) + #(i .. new(1)) end
print(cat)
local log = 0
local p = setmetatable({}, { __index = function(t, k) return k * 2 end, __newindex = function(t, k, v) log = log + v end })
for i = 1, 300 do p[i] = p[i] + 1 end
print(log, rawlen(p))
local chain = setmetatable({}, { __index = setmetatable({ a = 1 }, { __index = setmetatable({ b = 2 }, { __index = function() return 3 end }) }) })
local c = 0
for i = 1, 300 do c = c + chain.a + chain.b + chain.c end
print(c)
local ne = 0
for i = 1, 200 do if new(i) ~= new(i % 50) then ne = ne + 1 end if new(i) == i then ne = ne + 1000 end end
print(ne)
local m = setmetatable({}, { __mod = function(a, b) return b end, __div = function(a, b) return 2 end, __pow = function(a, b) return 3 end, __band = function() return 4 end })
local q = 0
for i = 1, 150 do q = q + (m % i) + (m / i) + (m ^ i) + (m & i) end
print(q)
