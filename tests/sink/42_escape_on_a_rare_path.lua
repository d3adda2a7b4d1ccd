-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local z for i=1,N do local t={x=i} if i==290 then z=t end s=s+t.x end print(s,z.x)
