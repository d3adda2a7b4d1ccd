-- Measures: complex numbers as tables with metatables, carried in an inner loop with an early exit.
-- Group: sink
-- Work: n^2
local Complex = {}
Complex.__index = Complex

local function complex(re, im)
  return setmetatable({ re = re, im = im }, Complex)
end

function Complex.__add(a, b)
  return complex(a.re + b.re, a.im + b.im)
end

function Complex.__mul(a, b)
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end

function Complex:norm2()
  return self.re * self.re + self.im * self.im
end

local LIMIT = 50

local function escape_time(c)
  local z = complex(0.0, 0.0)
  for i = 1, LIMIT do
    z = z * z + c
    if z:norm2() > 4.0 then
      return i
    end
  end
  return LIMIT
end

local n = tonumber(arg and arg[1]) or 240
local total, inside = 0, 0
for row = 0, n - 1 do
  for col = 0, n - 1 do
    local steps = escape_time(complex(col * 3.0 / n - 2.25, row * 2.5 / n - 1.25))
    total = total + steps
    if steps == LIMIT then
      inside = inside + 1
    end
  end
end
print(string.format("%d %d", total, inside))
