-- Measures: float arithmetic in three nested loops, no objects.
-- Group: general
-- Work: n^2
local n = tonumber(arg and arg[1]) or 900
local limit = 50
local total, inside = 0, 0
for row = 0, n - 1 do
  local ci = row * 2.5 / n - 1.25
  for col = 0, n - 1 do
    local cr = col * 3.0 / n - 2.25
    local zr, zi, steps = 0.0, 0.0, 0
    while steps < limit do
      local r2, i2 = zr * zr, zi * zi
      if r2 + i2 > 4.0 then
        break
      end
      zr, zi = r2 - i2 + cr, 2.0 * zr * zi + ci
      steps = steps + 1
    end
    total = total + steps
    if steps == limit then
      inside = inside + 1
    end
  end
end
print(string.format("%d %d", total, inside))
