-- Two-dimensional data, rows swapped and shared.
local grid = {}
for y = 1, 12 do
  grid[y] = {}
  for x = 1, 12 do grid[y][x] = x * y end
end
local trace, anti = 0, 0
for i = 1, 12 do trace, anti = trace + grid[i][i], anti + grid[i][13 - i] end
print(trace, anti)
grid[1], grid[12] = grid[12], grid[1]
print(grid[1][3], grid[12][3])
grid[2] = grid[3]
grid[2][1] = "shared"
print(grid[3][1], grid[2] == grid[3])
local t = {}
for y = 1, 12 do
  for x = 1, 12 do
    t[x] = t[x] or {}
    t[x][y] = grid[y][x]
  end
end
print(#t, #t[1], t[3][1], t[1][2])
local flat = {}
for _, row in ipairs(t) do
  for _, v in ipairs(row) do flat[#flat + 1] = tostring(v) end
end
print(#flat, table.concat(flat, " ", 1, 14))
