-- Functions that call themselves often enough to be compiled: numbers of results, missing arguments, state after the call.

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(22))

local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end
print(ackermann(2, 60), ackermann(1, 300))

-- Fewer results than wanted, more than wanted, none.
local function some(n, depth)
  if depth == 0 then
    if n % 3 == 0 then return end
    if n % 3 == 1 then return n end
    return n, n * 2, n * 3
  end
  local a, b = some(n, depth - 1)
  some(n + 1, depth - 1)
  return b, a
end
local count, sum = 0, 0
for i = 1, 400 do
  local a, b, c = some(i, 5)
  if a == nil then count = count + 1 else sum = sum + a end
  if b then sum = sum + b end
  assert(c == nil)
end
print(count, sum)

-- Parameters that get no argument.
local function missing(n, extra)
  if n == 0 then return extra == nil and 1 or 0 end
  local before = extra
  local r = missing(n - 1)
  return r + (before == nil and 0 or 1)
end
local total = 0
for _ = 1, 300 do total = total + missing(10, true) end
print(total)

-- Integers and floats come back from the same call.
local function mixed(n)
  if n <= 0 then return n % 2 == 0 and 1 or 1.5 end
  return mixed(n - 1) + mixed(n - 2)
end
print(mixed(14), math.type(mixed(2)), mixed(0), mixed(-1))

-- Each calls the other.
local even, odd
function even(n) if n == 0 then return true end local r = odd(n - 1) return r end
function odd(n) if n == 0 then return false end local r = even(n - 1) return r end
local yes = 0
for i = 1, 300 do if even(i % 40) then yes = yes + 1 end end
print(yes)

-- As a method, with a table that the callee changes.
local tree = {}
tree.__index = tree
function tree.new(depth) return setmetatable({ depth = depth, visits = 0 }, tree) end
function tree:walk(n)
  local seen = self.visits
  self.visits = seen + 1
  if n == 0 then return self.visits end
  local a = self:walk(n - 1)
  local between = self.visits
  local b = self:walk(n - 1)
  return a + b + between - self.visits
end
local t = tree.new(3)
print(t:walk(11), t.visits)

-- A call replaces the metatable and the shape of what the caller holds.
local changed = { kind = "a" }
local function change(n)
  local before = changed.kind
  if n == 0 then
    changed = setmetatable({ other = 1 }, { __index = { kind = "b" .. tostring(before) } })
    return 1
  end
  local r = change(n - 1)
  if n % 2 == 1 then changed = { kind = "a" } end
  return r + #changed.kind + #before
end
local s = 0
for _ = 1, 300 do s = s + change(5) end
print(s, changed.kind)

-- An upvalue that the callee writes.
local counter = 0
local function count_down(n)
  counter = counter + 1
  local mine = counter
  if n > 0 then count_down(n - 1) count_down(n - 1) end
  return counter - mine
end
print(count_down(10), counter)

-- The towers, with a list that grows meanwhile.
local moves = {}
local function hanoi(n, from, to, over)
  if n == 0 then return end
  hanoi(n - 1, from, over, to)
  moves[#moves + 1] = from .. to
  hanoi(n - 1, over, to, from)
end
hanoi(10, "a", "c", "b")
print(#moves, moves[1], moves[512], moves[#moves])

-- More arguments than parameters, and recursion with an argument list that is open.
local function wide(a, b)
  if a == 0 then return b end
  return wide(a - 1, b + 1, "ignored", nil, 3)
end
local function pair(n) return n, n end
local function open(n, m)
  if n <= 0 then return m end
  local r = open(n - 1, select(2, pair(m + 1)))
  return r
end
local w = 0
for i = 1, 300 do w = w + wide(i % 20, 0) + open(i % 10, 0) end
print(w)
