-- Measures: aeroplanes that fly about, and the pairs that come close, found with a grid: vectors that are kept, branches.
-- Group: escape
local n = tonumber(arg and arg[1]) or 39000
local PLANES, SPACE, CELL, NEAR = math.min(300, n), 100, 8, 2
local floor, sqrt = math.floor, math.sqrt

local Vector = {}
Vector.__index = Vector

local function vector(x, y, z)
  return setmetatable({ x = x, y = y, z = z }, Vector)
end

function Vector.__add(a, b)
  return vector(a.x + b.x, a.y + b.y, a.z + b.z)
end

function Vector.__sub(a, b)
  return vector(a.x - b.x, a.y - b.y, a.z - b.z)
end

function Vector.__mul(a, k)
  return vector(a.x * k, a.y * k, a.z * k)
end

function Vector:dot(b)
  return self.x * b.x + self.y * b.y + self.z * b.z
end

local seed = 99
local function random(limit)
  seed = (seed * 3877 + 29573) % 139968
  return seed / 139968 * limit
end

local planes = {}
for i = 1, PLANES do
  local position = vector(random(SPACE), random(SPACE), random(10))
  local velocity = vector(random(4) - 2, random(4) - 2, random(1) - 0.5)
  planes[i] = { number = i, position = position, velocity = velocity, hits = 0 }
end

local function turn_back(plane)
  local p, v = plane.position, plane.velocity
  if p.x < 0 and v.x < 0 or p.x > SPACE and v.x > 0 then
    plane.velocity = vector(-v.x, v.y, v.z)
  elseif p.y < 0 and v.y < 0 or p.y > SPACE and v.y > 0 then
    plane.velocity = vector(v.x, -v.y, v.z)
  elseif p.z < 0 and v.z < 0 or p.z > 10 and v.z > 0 then
    plane.velocity = vector(v.x, v.y, -v.z)
  end
end

--- The time from 0 to 1 at which two planes are nearest, if they come near in it.
local function meeting(a, b, dt)
  local offset = a.position - b.position
  local motion = (a.velocity - b.velocity) * dt
  local speed = motion:dot(motion)
  local t = 0
  if speed > 0 then
    t = -offset:dot(motion) / speed
    if t < 0 then
      t = 0
    elseif t > 1 then
      t = 1
    end
  end
  local gap = offset + motion * t
  if gap:dot(gap) < NEAR * NEAR then
    return t
  end
  return nil
end

local function cell_of(position)
  return floor(position.x / CELL) * 1000 + floor(position.y / CELL)
end

local function step(dt)
  local grid = {}
  for _, plane in ipairs(planes) do
    local key = cell_of(plane.position)
    local cell = grid[key]
    if cell then
      cell[#cell + 1] = plane
    else
      grid[key] = { plane }
    end
  end
  local found = {}
  for _, plane in ipairs(planes) do
    local key = cell_of(plane.position)
    for dx = -1000, 1000, 1000 do
      for dy = -1, 1 do
        local cell = grid[key + dx + dy]
        if cell then
          for _, other in ipairs(cell) do
            if plane.number < other.number then
              local time = meeting(plane, other, dt)
              if time then
                found[#found + 1] = { a = plane, b = other, time = time }
              end
            end
          end
        end
      end
    end
  end
  for _, plane in ipairs(planes) do
    plane.position = plane.position + plane.velocity * dt
    turn_back(plane)
  end
  return found
end

local meetings, times = 0, 0
for _ = 1, n / PLANES do
  for _, pair in ipairs(step(0.5)) do
    pair.a.hits, pair.b.hits = pair.a.hits + 1, pair.b.hits + 1
    meetings, times = meetings + 1, times + pair.time
  end
end
local most, length = 0, 0
for _, plane in ipairs(planes) do
  if plane.hits > most then
    most = plane.hits
  end
  length = length + sqrt(plane.velocity:dot(plane.velocity))
end
print(meetings, most, string.format("%.6f %.6f", times, length))
