-- runs: 10000
-- per iteration: gc.allocated_bytes == 24
-- expect: jit.traces >= 1
-- The string is made, though only its length is asked for.
local N = tonumber(arg[1])
local n = 0
for i = 1, N do
  local s = "a" .. i
  n = n + #s
end
print(n)
