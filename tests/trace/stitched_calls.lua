-- options: --opt=background=false
-- runs: 4000
-- per iteration: jit.exits <= 0.01
-- expect: jit.traces >= 1
-- Library functions that call Lua, in a loop that goes on behind them.
local N = tonumber(arg[1])
local total = 0
local function order(a, b)
  return a > b
end
local function double(c)
  return c .. c
end
for i = 1, N do
  local text, count = ("ab"):gsub("a", double)
  local list = { i % 3, 2, i % 5 }
  table.sort(list, order)
  total = total + #text + count + list[1]
end
print(total)
