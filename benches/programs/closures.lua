-- Measures: closures made in a loop and called at once, shared upvalues, higher-order functions.
-- Group: sink
local function compose(f, g)
  return function(x)
    return f(g(x))
  end
end

local function counter()
  local value = 0
  return function(by)
    value = value + by
    return value
  end
end

local function range(from, to)
  local i = from - 1
  return function()
    if i < to then
      i = i + 1
      return i
    end
  end
end

local n = tonumber(arg and arg[1]) or 600000
local total = 0
for i = 1, n do
  local h = compose(function(x) return x + i end, function(x) return x * 2 end)
  total = (total + h(i)) % 1000000007
end
local add = counter()
for i = 1, n do
  total = (total + add(i % 7)) % 1000000007
end
for i = 1, n / 10 do
  for v in range(i, i + 4) do
    total = (total + v) % 1000000007
  end
end
print(string.format("%d", total))
