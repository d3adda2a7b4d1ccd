-- Measures: Conway's game on a torus of nested integer arrays, many reads and a branch for each cell.
-- Group: general
local size = 96
local seed = 99

local function grid(f)
  local g = {}
  for y = 1, size do
    local row = {}
    for x = 1, size do
      row[x] = f(x, y)
    end
    g[y] = row
  end
  return g
end

local function step(from, to)
  for y = 1, size do
    local above, row, below = from[y == 1 and size or y - 1], from[y], from[y == size and 1 or y + 1]
    local out = to[y]
    for x = 1, size do
      local left, right = x == 1 and size or x - 1, x == size and 1 or x + 1
      local around = above[left] + above[x] + above[right] + row[left] + row[right] + below[left] + below[x] + below[right]
      if around == 3 then
        out[x] = 1
      elseif around == 2 then
        out[x] = row[x]
      else
        out[x] = 0
      end
    end
  end
end

local n = tonumber(arg and arg[1]) or 700
local a = grid(function()
  seed = (seed * 16807) % 2147483647
  return seed % 4 == 0 and 1 or 0
end)
local b = grid(function() return 0 end)
for _ = 1, n do
  step(a, b)
  a, b = b, a
end
local alive, check = 0, 0
for y = 1, size do
  for x = 1, size do
    alive = alive + a[y][x]
    check = (check * 3 + a[y][x] * (x + y)) % 1000000007
  end
end
print(string.format("%d %d", alive, check))
