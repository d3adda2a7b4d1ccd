-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
for i=1,N do local t={p={x=i},q={x=1}}; s=s+t.p.x end print(s)
