-- runs: 10000
-- per iteration: gc.allocated_bytes == 24
-- unsunk: gc.allocated_bytes == 96
-- expect: jit.traces >= 1
-- The array is not made; its concatenation is.
local N = tonumber(arg[1])
local n = 0
for i = 1, N do
  local s = table.concat{i % 10, 3}
  n = n + #s
end
print(n)
