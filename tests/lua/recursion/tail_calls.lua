-- Functions that end in a call, compiled: of themselves, of each other, with fewer and more arguments.

local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end
print(ackermann(2, 80), ackermann(3, 4))

local function gcd(a, b) if b == 0 then return a end return gcd(b, a % b) end
local sum = 0
for i = 1, 600 do sum = sum + gcd(i * 12, 360) end
print(sum)

local function count(n, total) if n == 0 then return total end return count(n - 1, (total or 0) + n) end
print(count(100), count(20000, 0.5), count(3, nil))

local odd
local function even(n, ...) if n == 0 then return true, ... end return odd(n - 1, ...) end
function odd(n, ...) if n == 0 then return false, ... end return even(n - 1, ...) end
for i = 1, 100 do even(i) end
print(even(30, 1, 2), odd(31, nil))

local b
local function a(n, x) if n <= 0 then return x, n end return b(n - 1, x + 1, n) end
function b(n, x, y, z) if n <= 0 then return x, y, z end return a(n - 2, x * 2 % 1000) end
local t = {}
for i = 1, 300 do t[1], t[2], t[3], t[4] = a(i, 1) end
print(t[1], t[2], t[3], t[4])

-- The frame that is replaced is gone from the traceback, and errors have their place.
local function fails(n) if n == 0 then return n.x.y end return fails(n - 1) end
for _ = 1, 50 do pcall(fails, 20) end
print(pcall(fails, 5))
local function traced(n) if n == 0 then return (debug.traceback("tb", 1):gsub("\n%s*%[C%].*", "")) end return traced(n - 1) end
for _ = 1, 50 do traced(20) end
print(traced(5))

-- A native function, a callable table, and something that can't be called at the end.
local callable = setmetatable({}, { __call = function(self, n) return n + 1 end })
local function ends(n, how)
  if n == 0 then
    if how == 1 then return math.max(3, 4) elseif how == 2 then return callable(n) elseif how == 3 then return how() end
    return select("#", n, how, nil)
  end
  return ends(n - 1, how)
end
local r = 0
for i = 1, 200 do r = r + ends(10, i % 3) end
print(r, pcall(ends, 10, 3))

-- Upvalues of replaced frames stay apart.
local function cells(n, list)
  if n == 0 then return list end
  list[#list + 1] = function() n = n + 1 return n end
  return cells(n - 1, list)
end
local total = 0
for _ = 1, 30 do
  local list = cells(10, {})
  for i = 1, #list do total = total + list[i]() + list[i]() end
end
print(total)
