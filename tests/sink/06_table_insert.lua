-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
for i=1,N do local t={}; table.insert(t,i); s=s+t[1] end print(s)
