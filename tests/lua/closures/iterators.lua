-- Closures as iterators, generators over trees, pipelines.
local function range(a, b, step)
  step = step or 1
  return function()
    if a <= b then
      a = a + step
      return a - step
    end
  end
end
local function map(f, it) return function() local v = it(); if v ~= nil then return f(v) end end end
local function filter(p, it)
  return function()
    for v in it do if p(v) then return v end end
  end
end
local function take(n, it) return function() if n > 0 then n = n - 1; return it() end end end
local function collect(it) local t = {}; for v in it do t[#t + 1] = v end return t end
print(table.concat(collect(range(1, 10)), " "))
print(table.concat(collect(map(function(v) return v * v end, filter(function(v) return v % 3 == 0 end, range(1, 30)))), " "))
print(table.concat(collect(take(3, range(1, math.huge))), " "))
local sum = 0
for i = 1, 100 do
  for v in range(i, i + 3) do sum = sum + v end
end
print(sum)
local function walk(tree)
  local stack = { tree }
  return function()
    local node = table.remove(stack)
    if not node then return nil end
    if node.r then stack[#stack + 1] = node.r end
    if node.l then stack[#stack + 1] = node.l end
    return node.v
  end
end
local function tree(lo, hi) if lo <= hi then local m = (lo + hi) // 2; return { v = m, l = tree(lo, m - 1), r = tree(m + 1, hi) } end end
print(table.concat(collect(walk(tree(1, 15))), " "))
