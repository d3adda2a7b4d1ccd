-- Functions as values: counters, composition, memoisation, lazy streams.
-- Usage: closures.lua [iterations]
local n = tonumber(arg and arg[1]) or 1000000

-- Two closures that share one variable.
local function counter()
  local value = 0
  local function add(by)
    value = value + by
    return value
  end
  local function get()
    return value
  end
  return add, get
end

local add, get = counter()
for i = 1, n do
  add(i % 7)
end
local expected = 0
for i = 1, 7 do
  expected = expected + math.floor((n + 7 - i) / 7) * (i % 7)
end
assert(get() == expected, "the counter is wrong")
print(string.format("counter %d", get()))

-- Composition, a new closure for each step.
local function compose(f, g)
  return function(x)
    return f(g(x))
  end
end

local total = 0
for i = 1, n do
  local h = compose(function(x) return x + i end, function(x) return x * 2 end)
  total = total + h(i)
end
assert(total == 3 * n * (n + 1) / 2, "composition is wrong")
print(string.format("composed %d", total))

-- A table of results in an upvalue.
local function memoize(f)
  local cache = {}
  return function(x)
    local result = cache[x]
    if result == nil then
      result = f(x)
      cache[x] = result
    end
    return result
  end
end

local fib
fib = memoize(function(i)
  if i < 2 then
    return i
  end
  return fib(i - 1) + fib(i - 2)
end)
assert(fib(70) == 190392490709135)
print(string.format("fib(70) = %d", fib(70)))

-- A stream is a function that gives its next element, or nil.
local function range(from, to)
  local i = from - 1
  return function()
    if i < to then
      i = i + 1
      return i
    end
  end
end

local function filter(predicate, stream)
  return function()
    local v = stream()
    while v ~= nil and not predicate(v) do
      v = stream()
    end
    return v
  end
end

local function map(f, stream)
  return function()
    local v = stream()
    if v ~= nil then
      return f(v)
    end
  end
end

local function fold(f, init, stream)
  local acc = init
  for v in stream do
    acc = f(acc, v)
  end
  return acc
end

local even_squares = map(function(v) return v * v end, filter(function(v) return v % 2 == 0 end, range(1, n)))
local sum = fold(function(a, b) return (a + b) % 1000003 end, 0, even_squares)
local check = 0
for i = 2, n, 2 do
  check = (check + i * i) % 1000003
end
assert(sum == check, "the stream is wrong")
print(string.format("stream %d", sum))
