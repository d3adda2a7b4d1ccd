-- Measures: functions that return several values in a table, and packs of arguments, taken apart at once.
-- Group: sink
local n = tonumber(arg and arg[1]) or 650000
local unpack = table.unpack or unpack

local function divide(a, b)
  local rest = a % b
  return { quotient = (a - rest) / b, rest = rest }
end

local function bounds(a, b, c)
  local low, high = a, a
  if b < low then
    low = b
  elseif b > high then
    high = b
  end
  if c < low then
    low = c
  elseif c > high then
    high = c
  end
  return { low, high }
end

local function swap(pair)
  return { pair[2], pair[1] }
end

local function try(a)
  if a % 10 == 0 then
    return { ok = false, reason = "ten" }
  end
  return { ok = true, value = a % 10 }
end

local sum, failed = 0, 0
for i = 1, n do
  local result = divide(i, 7)
  local low, high = unpack(bounds(result.rest, i % 5, i % 3))
  local pair = swap(swap({ low, high }))
  local tried = try(i)
  if tried.ok then
    sum = sum + tried.value + pair[2] - pair[1]
  else
    failed = failed + #tried.reason
  end
  sum = sum + result.rest
end
print(string.format("%d", sum), failed)
