-- Measures: matrices as arrays of arrays, three nested loops over floats.
-- Group: general
-- Work: n^3
local function matrix(n, f)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = f(i, j)
    end
    m[i] = row
  end
  return m
end

local function transpose(n, a)
  return matrix(n, function(i, j) return a[j][i] end)
end

local function multiply(n, a, b)
  local columns = transpose(n, b)
  local c = {}
  for i = 1, n do
    local row, out = a[i], {}
    for j = 1, n do
      local column, sum = columns[j], 0.0
      for k = 1, n do
        sum = sum + row[k] * column[k]
      end
      out[j] = sum
    end
    c[i] = out
  end
  return c
end

local n = tonumber(arg and arg[1]) or 320
local scale = 1 / n / n
local a = matrix(n, function(i, j) return scale * (i - j) * (i + j - 2) end)
local b = matrix(n, function(i, j) return scale * (i - j) * (i + j) end)
local c = multiply(n, a, b)
local middle = math.floor(n / 2) + 1
local trace = 0.0
for i = 1, n do
  trace = trace + c[i][i]
end
print(string.format("%.9f %.9f", c[middle][middle], trace))
