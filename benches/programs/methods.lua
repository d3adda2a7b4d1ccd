-- Measures: method calls on a mix of four classes with inheritance, a site that sees all of them.
-- Group: general
local Shape = {}
Shape.__index = Shape

function Shape:scaled_area(k)
  return self:area() * k
end

local function class(area, name)
  local c = setmetatable({ area = area, name = name }, Shape)
  c.__index = c
  return c
end

local Square = class(function(self) return self.side * self.side end, "square")
local Rect = class(function(self) return self.w * self.h end, "rect")
local Circle = class(function(self) return 3.0 * self.r * self.r end, "circle")
local Triangle = class(function(self) return 0.5 * self.base * self.height end, "triangle")

local n = tonumber(arg and arg[1]) or 4000000
local shapes = {}
local seed = 7
for i = 1, 256 do
  seed = (seed * 16807) % 2147483647
  local kind, size = seed % 4, seed % 16 + 1.0
  if kind == 0 then
    shapes[i] = setmetatable({ side = size }, Square)
  elseif kind == 1 then
    shapes[i] = setmetatable({ w = size, h = 2.0 }, Rect)
  elseif kind == 2 then
    shapes[i] = setmetatable({ r = size }, Circle)
  else
    shapes[i] = setmetatable({ base = size, height = 4.0 }, Triangle)
  end
end
local total, circles = 0.0, 0
for i = 0, n - 1 do
  local shape = shapes[i % 256 + 1]
  total = total + shape:scaled_area(0.5)
  if shape.name == "circle" then
    circles = circles + 1
  end
end
print(string.format("%.1f %d", total, circles))
