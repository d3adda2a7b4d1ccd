-- A point class whose operators build a new table each time.
-- Usage: points.lua [iterations]
local Point = {}
Point.__index = Point

local function new(x, y)
  return setmetatable({ x = x, y = y }, Point)
end

function Point.__add(a, b)
  return new(a.x + b.x, a.y + b.y)
end

function Point.__eq(a, b)
  return a.x == b.x and a.y == b.y
end

function Point:dot(other)
  return self.x * other.x + self.y * other.y
end

function Point.__tostring(p)
  return string.format("(%.1f, %.1f)", p.x, p.y)
end

local n = tonumber(arg and arg[1]) or 2000000
local a, b = new(0.0, 0.0), new(0.5, 2.0)
for _ = 1, n do
  a = (a + b) + b
end

-- Each step adds b twice, and both components of b are exact in binary.
assert(a == new(n * 1.0, n * 4.0), "the sum is wrong")
assert(a:dot(b) == n * 0.5 + n * 8.0, "the dot product is wrong")
print(tostring(a), string.format("%.1f", a:dot(b)))
