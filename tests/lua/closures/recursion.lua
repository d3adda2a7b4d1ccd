-- Recursive locals, mutual recursion, deep recursion, a Y combinator.
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(20), fact(21), fact(25.0))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100), odd(101), even(7))
local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
print(depth(10), depth(1000), depth(6000))
local Y = function(f)
  return (function(x) return x(x) end)(function(x) return f(function(v) return x(x)(v) end) end)
end
print(Y(function(self) return function(n) if n < 2 then return n end return self(n - 1) + self(n - 2) end end)(15))
local function ack(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ack(m - 1, 1) end
  return ack(m - 1, ack(m, n - 1))
end
print(ack(2, 9))
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(17))
local function hanoi(n, a, b, c) if n == 0 then return 0 end return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a) end
print(hanoi(10, "a", "b", "c"))
local memo = setmetatable({}, { __index = function(t, n) local v = n < 2 and n or t[n - 1] + t[n - 2]; t[n] = v; return v end })
print(memo[80])
