-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
for i = 1, N do
  for k, v in pairs{a = i, b = 2} do s = s + v + #k end
end
print(s)
