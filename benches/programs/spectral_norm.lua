-- Measures: float arithmetic over arrays with a small function called in the inner loop.
-- Group: general
-- Work: n^2
local function entry(i, j)
  local ij = i + j - 1
  return 1.0 / (ij * (ij - 1) * 0.5 + i)
end

local function multiply(n, x, y)
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do
      sum = sum + x[j] * entry(i, j)
    end
    y[i] = sum
  end
end

local function multiply_transposed(n, x, y)
  for i = 1, n do
    local sum = 0.0
    for j = 1, n do
      sum = sum + x[j] * entry(j, i)
    end
    y[i] = sum
  end
end

local n = tonumber(arg and arg[1]) or 450
local u, v, t = {}, {}, {}
for i = 1, n do
  u[i] = 1.0
end
for _ = 1, 10 do
  multiply(n, u, t)
  multiply_transposed(n, t, v)
  multiply(n, v, t)
  multiply_transposed(n, t, u)
end
local uv, vv = 0.0, 0.0
for i = 1, n do
  uv, vv = uv + u[i] * v[i], vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
