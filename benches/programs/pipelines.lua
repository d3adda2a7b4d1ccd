-- Measures: short pipelines of iterators made of closures: source, filter, map and sum, built anew for each use.
-- Group: sink
local n = tonumber(arg and arg[1]) or 130000

local function range(first, last)
  local at = first - 1
  return function()
    at = at + 1
    if at <= last then
      return at
    end
  end
end

local function filter(source, keep)
  return function()
    local value = source()
    while value and not keep(value) do
      value = source()
    end
    return value
  end
end

local function map(source, change)
  return function()
    local value = source()
    if value then
      return change(value)
    end
  end
end

local function sum(source)
  local total = 0
  for value in source do
    total = total + value
  end
  return total
end

local total = 0
for i = 1, n do
  local odd = function(value)
    return (value + i) % 2 == 1
  end
  local scaled = function(value)
    return value * 3 + i % 5
  end
  total = (total + sum(map(filter(range(i % 7, i % 7 + 20), odd), scaled))) % 1000003
end
print(total)
