-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local obj = {}
for i = 1, N do
  local t = {}
  t[obj] = i
  s = s + t[obj]
end
print(s)
