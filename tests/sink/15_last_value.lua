-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local T={1,2,3,4,5,6,7,8} local v for i=1,N do v={x=T[i%8+1]} end print(v.x)
