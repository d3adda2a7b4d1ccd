-- Errors, limits and other interruptions inside recursion that is compiled.

local function deep(n, fail)
  if n == 0 then
    if fail then error({ code = fail }) end
    return 0
  end
  return 1 + deep(n - 1, fail)
end
for _ = 1, 300 do deep(20) end
print(deep(100), select(2, pcall(deep, 50, 7)).code, deep(30))

-- An error with a position, and one of the runtime's own.
local function add(n, x)
  if n == 0 then return x + 1 end
  local r = add(n - 1, x)
  return r + 1
end
for _ = 1, 300 do add(10, 1) end
print(add(20, 0.5))
print(pcall(add, 20, {}))
print(select(2, xpcall(add, function(m) return "handled: " .. m end, 20, "x")))

-- The traceback has all frames.
local function trace(n)
  if n == 0 then return (debug.traceback("here", 1):gsub("\n%s*%[C%].*", "")) end
  local r = trace(n - 1)
  return r
end
for _ = 1, 200 do trace(3) end
print(trace(4))

-- Without end: the stack overflows, and can be used again.
local function endless(n) local r = endless(n + 1) return r + 1 end
local ok, message = pcall(endless, 0)
print(ok, (message:gsub("^.-:%d+: ", ""):match("^stack overflow")))
print(deep(1000))

-- Deeper than the native stack is given for machine code.
local function sum(n) if n == 0 then return 0 end local r = sum(n - 1) return n + r end
for _ = 1, 3 do print(sum(15000)) end

-- pcall, coroutines and sort between the levels.
local function protected(n)
  if n == 0 then return 1 end
  local ok, r = pcall(protected, n - 1)
  return ok and r + 1
end
local p = 0
for i = 1, 200 do p = p + protected(i % 12) end
print(p)

local function walk(tree, depth)
  if depth == 0 then coroutine.yield(tree) return 1 end
  local a = walk(tree * 2, depth - 1)
  local b = walk(tree * 2 + 1, depth - 1)
  return a + b
end
local got, n = 0, 0
for leaf in coroutine.wrap(function() walk(1, 9) end) do got = got + leaf n = n + 1 end
print(n, got)

-- Collections between: trees that live, trees that die, strings.
local function build(depth)
  if depth == 0 then return { value = "leaf" } end
  return { left = build(depth - 1), right = build(depth - 1), value = "n" .. depth }
end
local function check(node)
  if not node.left then return #node.value end
  return check(node.left) + check(node.right) + #node.value
end
local kept = {}
for i = 1, 40 do
  local tree = build(6)
  if i % 8 == 0 then kept[#kept + 1] = tree end
  if i % 10 == 0 then collectgarbage() end
end
local weight = 0
for i = 1, #kept do weight = weight + check(kept[i]) end
print(#kept, weight)

-- Loops within recursion and recursion within loops.
local function permute(list, k, found)
  if k == 0 then found.n = found.n + list[1] return found.n end
  for i = 1, k do
    list[i], list[k] = list[k], list[i]
    permute(list, k - 1, found)
    list[i], list[k] = list[k], list[i]
  end
  return found.n
end
print(permute({ 1, 2, 3, 4, 5, 6 }, 6, { n = 0 }))

local function count(list)
  local total = 0
  for _, item in ipairs(list) do
    if type(item) == "table" then total = total + count(item) else total = total + item end
  end
  return total
end
local function nest(depth) if depth == 0 then return 1 end return { nest(depth - 1), 2, nest(depth - 1), 3.5 } end
local c = 0
for _ = 1, 20 do c = c + count(nest(6)) end
print(c)

-- The function is replaced while it runs.
local swap
local function first(n) if n == 0 then swap = function() return 100 end return 1 end local r = swap(n - 1) return r + 1 end
local sums = 0
for i = 1, 400 do swap = first sums = sums + first(i % 6) end
print(sums)
