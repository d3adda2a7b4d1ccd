-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local g={} for i=1,N do local t={} if t==g then s=s+1 end if {}~={} then s=s+2 end end print(s)
