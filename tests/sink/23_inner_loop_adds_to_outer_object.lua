-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
for i = 1, N // 10 do
  local acc = {sum = 0}
  for j = 1, 10 do acc.sum = acc.sum + i * j end
  s = s + acc.sum
end
print(s)
