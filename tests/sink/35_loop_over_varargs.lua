-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local function sum(...)
  local t = {...}
  local r = 0
  for i = 1, #t do r = r + t[i] end
  return r
end
for i = 1, N do s = s + sum(i, 2, 3) end
print(s)
