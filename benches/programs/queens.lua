-- Measures: backtracking recursion over boolean arrays.
-- Group: general
-- Work: 5^n
local columns, rising, falling = {}, {}, {}

local function place(n, row)
  if row > n then
    return 1
  end
  local solutions = 0
  for col = 1, n do
    local up, down = row + col, row - col + n
    if not (columns[col] or rising[up] or falling[down]) then
      columns[col], rising[up], falling[down] = true, true, true
      solutions = solutions + place(n, row + 1)
      columns[col], rising[up], falling[down] = false, false, false
    end
  end
  return solutions
end

local n = tonumber(arg and arg[1]) or 12
print(string.format("%d", place(n, 1)))
