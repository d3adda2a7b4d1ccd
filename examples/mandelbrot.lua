-- The Mandelbrot set with complex numbers as tables that share a metatable.
-- Usage: mandelbrot.lua [size]
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

-- Steps until the orbit of c leaves the circle of radius 2, at most LIMIT.
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

local function render(width, height, visit)
  local inside = 0
  for row = 0, height - 1 do
    local y = (row + 0.5) * 2.5 / height - 1.25
    local line = {}
    for col = 0, width - 1 do
      local x = (col + 0.5) * 3.0 / width - 2.25
      local steps = escape_time(complex(x, y))
      if steps == LIMIT then
        inside = inside + 1
      end
      line[col + 1] = steps
    end
    if visit then
      visit(line)
    end
  end
  return inside
end

local palette = { ".", ":", "-", "=", "+", "*", "%", "@" }

local function show(line)
  local chars = {}
  for i = 1, #line do
    local steps = line[i]
    chars[i] = steps == LIMIT and "#" or palette[(steps - 1) % #palette + 1]
  end
  print(table.concat(chars))
end

-- A small picture first; its rows are symmetric about the real axis.
local rows = {}
local small = render(60, 22, function(line)
  rows[#rows + 1] = table.concat(line, " ")
  show(line)
end)
for i = 1, #rows do
  assert(rows[i] == rows[#rows + 1 - i], "the picture is not symmetric")
end

local size = tonumber(arg and arg[1]) or 300
local inside = render(size, size)
print(string.format("%d of %d points of the picture are inside", small, 60 * 22))
print(string.format("%d of %d points of the grid are inside", inside, size * size))
