-- Recursive functions called from hot loops and hot by themselves.
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local s = 0
for i = 1, 14 do s = s + fib(i) end
print(s)
local function sum(t, i) i = i or 1; if i > #t then return 0 end return t[i] + sum(t, i + 1) end
local list = {}
for i = 1, 60 do list[i] = i end
local r = 0
for _ = 1, 30 do r = r + sum(list) end
print(r)
local function pow(b, e) if e == 0 then return 1 elseif e % 2 == 0 then local h = pow(b, e // 2); return h * h end return b * pow(b, e - 1) end
local p = 0
for i = 1, 200 do p = p ~ pow(3, i) end
print(p)
local function tree(d) if d == 0 then return { v = 1 } end return { v = d, tree(d - 1), tree(d - 1) } end
local function walk(t) local v = t.v; for i = 1, #t do v = v + walk(t[i]) end return v end
print(walk(tree(8)))
local is_even, is_odd
is_even = function(n) if n == 0 then return true end return is_odd(n - 1) end
is_odd = function(n) if n == 0 then return false end return is_even(n - 1) end
local e = 0
for i = 1, 60 do if is_even(i) then e = e + i end end
print(e)
local function count(n, acc) if n == 0 then return acc end return count(n - 1, acc + n) end
local c = 0
for i = 1, 50 do c = c + count(i, 0) end
print(c, count(3000, 0))
local function perms(a, n, f) if n == 0 then f(a) else for i = 1, n do a[n], a[i] = a[i], a[n]; perms(a, n - 1, f); a[n], a[i] = a[i], a[n] end end end
local k, sig = 0, 0
perms({ 1, 2, 3, 4, 5 }, 5, function(a) k = k + 1; sig = (sig * 7 + a[1] * a[5]) % 10007 end)
print(k, sig)
