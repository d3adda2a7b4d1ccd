-- Measures: a ball that flies, falls and bounces off walls: carried vectors that are replaced on some branches.
-- Group: sink
local n = tonumber(arg and arg[1]) or 500000

local Vec = {}
Vec.__index = Vec

local function vec(x, y)
  return setmetatable({ x = x, y = y }, Vec)
end

function Vec.__add(a, b)
  return vec(a.x + b.x, a.y + b.y)
end

function Vec.__mul(a, k)
  return vec(a.x * k, a.y * k)
end

function Vec.__unm(a)
  return vec(-a.x, -a.y)
end

function Vec:length2()
  return self.x * self.x + self.y * self.y
end

local dt, gravity = 0.01, vec(0, -9.81)
local position, velocity = vec(0, 10), vec(3, 0)
local bounces, fastest = 0, 0
for _ = 1, n do
  velocity = velocity + gravity * dt
  position = position + velocity * dt
  if position.y < 0 then
    position = vec(position.x, -position.y)
    velocity = vec(velocity.x, -velocity.y)
    bounces = bounces + 1
  end
  if position.x < -20 or position.x > 20 then
    velocity = vec(-velocity.x, velocity.y)
    position = position + velocity * dt * 2
    bounces = bounces + 1
  end
  if velocity:length2() > 400 then
    velocity = -(velocity * 0.5)
  end
  if velocity.y > fastest then
    fastest = velocity.y
  end
end
print(bounces, string.format("%.9f %.9f %.9f", position.x, position.y, fastest))
