-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local function f(o) return (o.w or 1) * (o.h or 1) + (o.d or 1) end
for i = 1, N do s = s + f{w = i, h = 2} end
print(s)
