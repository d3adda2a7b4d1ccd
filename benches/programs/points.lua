-- Measures: a point class with __add whose results live for one step, carried round the loop.
-- Group: sink
local Point = {}
Point.__index = Point

local function new(x, y)
  return setmetatable({ x = x, y = y }, Point)
end

function Point.__add(a, b)
  return new(a.x + b.x, a.y + b.y)
end

local n = tonumber(arg and arg[1]) or 1200000
local a, b = new(0.0, 0.0), new(0.5, 2.0)
for _ = 1, n do
  a = (a + b) + b
end
print(string.format("%.1f %.1f", a.x, a.y))
