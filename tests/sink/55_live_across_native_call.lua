-- runs: 10000
-- per iteration: gc.allocated_bytes == 24
-- unsunk: gc.allocated_bytes == 64
-- expect: jit.traces >= 1
-- The table is not made; what the function returns is.
local N = tonumber(arg[1])
local s = 0
local rep = string.rep
for i = 1, N do
  local t = {x = i}
  local r = rep("a", 3)
  s = s + t.x + #r
end
print(s)
