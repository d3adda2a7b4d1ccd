-- Measures: range objects with methods and an iterator, cut and walked in nested loops.
-- Group: sink
local n = tonumber(arg and arg[1]) or 130000

local Range = {}
Range.__index = Range

local function range(first, last, step)
  return setmetatable({ first = first, last = last, step = step or 1 }, Range)
end

local function following(self, at)
  at = at + self.step
  if at <= self.last then
    return at
  end
end

function Range:each()
  return following, self, self.first - self.step
end

function Range:clip(low, high)
  local first, last = self.first, self.last
  if first < low then
    first = first + (low - first) - (low - first) % self.step
    if first < low then
      first = first + self.step
    end
  end
  if last > high then
    last = high
  end
  return range(first, last, self.step)
end

function Range:shift(by)
  return range(self.first + by, self.last + by, self.step)
end

function Range:contains(value)
  return value >= self.first and value <= self.last and (value - self.first) % self.step == 0
end

local sum, inside = 0, 0
for i = 1, n do
  local row = range(i % 9, i % 9 + 40, i % 2 + 1):clip(5, 35)
  local other = row:shift(i % 3)
  for value in row:each() do
    sum = sum + value
    if other:contains(value) then
      inside = inside + 1
    end
  end
end
print(sum, inside)
