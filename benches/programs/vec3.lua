-- Measures: chains of vector operators and methods, three temporaries a step, integrating an orbit.
-- Group: sink
local Vec = {}
Vec.__index = Vec

local function vec(x, y, z)
  return setmetatable({ x = x, y = y, z = z }, Vec)
end

function Vec.__add(a, b)
  return vec(a.x + b.x, a.y + b.y, a.z + b.z)
end

function Vec.__sub(a, b)
  return vec(a.x - b.x, a.y - b.y, a.z - b.z)
end

function Vec.__mul(a, k)
  return vec(a.x * k, a.y * k, a.z * k)
end

function Vec.__unm(a)
  return vec(-a.x, -a.y, -a.z)
end

function Vec:dot(b)
  return self.x * b.x + self.y * b.y + self.z * b.z
end

function Vec:cross(b)
  return vec(self.y * b.z - self.z * b.y, self.z * b.x - self.x * b.z, self.x * b.y - self.y * b.x)
end

local n = tonumber(arg and arg[1]) or 180000
local dt = 1 / 1024
local position, velocity = vec(1.0, 0.0, 0.25), vec(0.0, 1.0, 0.125)
local spin = vec(0.0, 0.0, 0.0)
for _ = 1, n do
  local r2 = position:dot(position)
  local pull = -position * (1 / (r2 * math.sqrt(r2)))
  velocity = velocity + pull * dt
  position = position + velocity * dt
  spin = spin + position:cross(velocity) - spin * dt
end
local l = position:cross(velocity)
print(string.format("%.9f %.9f %.9f", l.x, l.y, l.z))
print(string.format("%.6f %.6f", spin.x, spin:dot(spin)))
