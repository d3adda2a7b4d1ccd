-- Generators in hot loops: producers, filters, permutations, trees, schedulers.
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local s = 0
for i in range(2000) do s = s + i end
print(s)

local function filter(p, g) return coroutine.wrap(function() for v in g do if v % p ~= 0 then coroutine.yield(v) end end end) end
local g = coroutine.wrap(function() for i = 2, 150 do coroutine.yield(i) end end)
local primes = {}
while true do
  local p = g()
  if not p then break end
  primes[#primes + 1] = p
  g = filter(p, g)
end
print(#primes, table.concat(primes, " "))

local function permutations(a)
  local function permute(n)
    if n == 1 then coroutine.yield(a) return end
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permute(n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
  return coroutine.wrap(function() permute(#a) end)
end
local count, hash = 0, 0
for p in permutations { 1, 2, 3, 4, 5 } do
  count = count + 1
  for i = 1, 5 do hash = (hash * 31 + p[i]) % 1000003 end
end
print(count, hash)

local function insert(t, k) if not t then return { k = k } end if k < t.k then t.l = insert(t.l, k) else t.r = insert(t.r, k) end return t end
local function walk(t) if t then walk(t.l) coroutine.yield(t.k) walk(t.r) end end
local tree
for i = 1, 300 do tree = insert(tree, (i * 7919) % 1009) end
local last, ordered, sum = -1, true, 0
for k in coroutine.wrap(function() walk(tree) end) do ordered = ordered and k >= last last = k sum = sum + k end
print(ordered, sum)

-- round robin with values both ways
local tasks = {}
for i = 1, 20 do
  tasks[i] = coroutine.create(function(a)
    local total = a
    for j = 1, 50 do total = total + coroutine.yield(total * i % 7) end
    return total
  end)
end
local alive, acc, round = #tasks, 0, 0
while alive > 0 do
  round = round + 1
  for i = 1, #tasks do
    local co = tasks[i]
    if coroutine.status(co) ~= "dead" then
      local ok, v = coroutine.resume(co, round % 3)
      assert(ok)
      acc = acc + v
      if coroutine.status(co) == "dead" then alive = alive - 1 end
    end
  end
end
print(round, acc)

-- the body of the loop is compiled code's, the yield is not
local function accumulate(n)
  local co = coroutine.create(function(x)
    local floats, strings = 0.5, {}
    while true do
      for i = 1, 30 do floats = floats + i * x end
      strings[#strings + 1] = x
      x = coroutine.yield(floats, #strings)
    end
  end)
  local a, b
  for i = 1, n do local _ _, a, b = coroutine.resume(co, i) end
  local _, c, d = coroutine.resume(co, 0)
  return c, d
end
print(accumulate(300))

-- the same body on many stacks at once
local cos = {}
for i = 1, 500 do cos[i] = coroutine.wrap(function() local t = { i } while true do t[#t + 1] = i coroutine.yield(#t + t[1]) end end) end
local total = 0
for r = 1, 20 do for i = 1, #cos do total = total + cos[i]() end end
print(total)
cos = nil
collectgarbage()

-- a coroutine that is collected while suspended in the middle of things
local weak = setmetatable({}, { __mode = "v" })
do
  local co = coroutine.wrap(function() local t = { big = string.rep("x", 100) } weak[1] = t coroutine.yield() return t end)
  co()
  print(weak[1] ~= nil, type(co))
end
collectgarbage() collectgarbage()
print(weak[1])
