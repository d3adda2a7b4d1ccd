-- Tail calls use no stack, keep results and arguments.
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end
print(loop(15000, 0))
local a, b
function a(n) if n == 0 then return "a" end return b(n - 1) end
function b(n) if n == 0 then return "b" end return a(n - 1) end
print(a(4000), a(4001))
local function id(...) return ... end
local function t(...) return id(...) end
print(t(1, nil, 3), select("#", t()), (t(4, 5)))
local obj = { n = 0 }
function obj:count(k) if k == 0 then return self.n end self.n = self.n + 1; return self:count(k - 1) end
print(obj:count(500))
local function not_tail(n) if n == 0 then return 0 end return (not_tail(n - 1)) end
print(not_tail(100))
print(pcall(function() return error("tail", 0) end), pcall(function() return id(error) end) == true)
local function k(n, ...) if n == 0 then return select("#", ...), ... end return k(n - 1, n, ...) end
print(k(5))
local f = setmetatable({}, { __call = function(self, n) if n == 0 then return "callable" end return self(n - 1) end })
print(f(1000))
print((function(...) return select(2, ...) end)(1, 2, 3))
local function even(n) return n == 0 or (n ~= 1 and even(n - 2)) end
print(even(100), even(101))
