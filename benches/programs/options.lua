-- Measures: functions that take a table of options, with defaults for what it lacks.
-- Group: sink
local n = tonumber(arg and arg[1]) or 1200000

local function default(value, otherwise)
  if value == nil then
    return otherwise
  end
  return value
end

local function area(options)
  local width = options.width or 10
  local height = options.height or width
  local border = default(options.border, 1)
  if default(options.closed, true) then
    return (width + 2 * border) * (height + 2 * border)
  end
  return width * height
end

local function frame(options)
  local inner = { width = options.width, height = options.height, border = options.border or 2, closed = options.closed }
  local total = area(inner)
  if options.twice then
    total = total + area({ width = options.width, closed = false })
  end
  return total
end

local sum = 0
for i = 1, n do
  if i % 3 == 0 then
    sum = sum + area({ width = i % 11 })
  elseif i % 3 == 1 then
    sum = sum + frame({ width = i % 7, height = 4, twice = i % 2 == 0 })
  else
    sum = sum + area({ width = 3, height = i % 5, border = 0, closed = i % 4 == 0 })
  end
end
print(sum)
