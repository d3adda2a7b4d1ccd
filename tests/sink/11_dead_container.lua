-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local v={1,2} for i=1,N do local t={v}; v={v[2],v[1]} end print(v[1],v[2])
