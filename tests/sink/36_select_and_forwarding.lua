-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local function add(a, b, c) return a + b + (c or 0) end
local function forward(...) return add(...) + select("#", ...) + select(2, ...) end
for i = 1, N do
  local t = {i, 2}
  s = s + forward(t[1], t[2], i)
end
print(s)
