-- Measures: a carried point replaced on both sides of branches, one of them rare.
-- Group: sink
local Point = {}
Point.__index = Point

local function new(x, y)
  return setmetatable({ x = x, y = y }, Point)
end

function Point.__add(a, b)
  return new(a.x + b.x, a.y + b.y)
end

function Point.__sub(a, b)
  return new(a.x - b.x, a.y - b.y)
end

local n = tonumber(arg and arg[1]) or 1800000
local p, step = new(0.0, 0.0), new(1.0, 0.25)
local wraps, seed = 0, 12345
for _ = 1, n do
  seed = (seed * 16807) % 2147483647
  if seed % 3 == 0 then
    p = p - step
  else
    p = p + step
  end
  if p.x > 50.0 then
    p = new(0.0, p.y - 8.0)
    wraps = wraps + 1
  end
end
print(string.format("%.2f %.2f %d", p.x, p.y, wraps))
