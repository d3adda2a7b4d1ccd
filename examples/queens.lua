-- All placements of N queens on an N by N board, by backtracking.
-- Usage: queens.lua [N]
local n = tonumber(arg and arg[1]) or 12

-- The known numbers of solutions for N = 1 to 12.
local known = { 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680, 14200 }

local columns, rising, falling = {}, {}, {}
local board = {}
local solutions = 0
local first

local function place(row)
  if row > n then
    solutions = solutions + 1
    if not first then
      first = {}
      for i = 1, n do
        first[i] = board[i]
      end
    end
    return
  end
  for col = 1, n do
    local up, down = row + col, row - col + n
    if not (columns[col] or rising[up] or falling[down]) then
      columns[col], rising[up], falling[down] = true, true, true
      board[row] = col
      place(row + 1)
      columns[col], rising[up], falling[down] = false, false, false
    end
  end
end

place(1)
if known[n] then
  assert(solutions == known[n], "the number of solutions is wrong")
end
print(string.format("%d queens: %d solutions", n, solutions))
if first then
  for row = 1, n do
    local line = {}
    for col = 1, n do
      line[col] = first[row] == col and "Q" or "."
    end
    print(table.concat(line, " "))
  end
end
