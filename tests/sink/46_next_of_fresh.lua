-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
for i = 1, N do
  local t = {}
  if next(t) == nil then s = s + 1 end
  local u = {i}
  if next(u) ~= nil then s = s + u[1] end
end
print(s)
