-- Measures: products of small matrices: a carried rotation of nine fields, and points that it turns.
-- Group: sink
local n = tonumber(arg and arg[1]) or 500000

local function matrix(a, b, c, d, e, f, g, h, i)
  return { a, b, c, d, e, f, g, h, i }
end

local function multiply(m, o)
  return matrix(
    m[1] * o[1] + m[2] * o[4] + m[3] * o[7],
    m[1] * o[2] + m[2] * o[5] + m[3] * o[8],
    m[1] * o[3] + m[2] * o[6] + m[3] * o[9],
    m[4] * o[1] + m[5] * o[4] + m[6] * o[7],
    m[4] * o[2] + m[5] * o[5] + m[6] * o[8],
    m[4] * o[3] + m[5] * o[6] + m[6] * o[9],
    m[7] * o[1] + m[8] * o[4] + m[9] * o[7],
    m[7] * o[2] + m[8] * o[5] + m[9] * o[8],
    m[7] * o[3] + m[8] * o[6] + m[9] * o[9]
  )
end

local function apply(m, p)
  return {
    x = m[1] * p.x + m[2] * p.y + m[3] * p.z,
    y = m[4] * p.x + m[5] * p.y + m[6] * p.z,
    z = m[7] * p.x + m[8] * p.y + m[9] * p.z,
  }
end

local cos, sin = math.cos(0.001), math.sin(0.001)
local turn = multiply(matrix(cos, -sin, 0, sin, cos, 0, 0, 0, 1), matrix(1, 0, 0, 0, cos, -sin, 0, sin, cos))
local view = matrix(1, 0, 0, 0, 1, 0, 0, 0, 1)
local sum, front = 0, 0
for i = 1, n do
  view = multiply(view, turn)
  local p = apply(view, { x = i % 10, y = 1, z = 2 })
  if p.z > 0 then
    front = front + 1
    sum = sum + p.x
  else
    sum = sum - p.y
  end
end
print(front, string.format("%.6f %.6f", sum, view[1]))
