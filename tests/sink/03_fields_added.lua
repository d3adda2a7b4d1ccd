-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
for i=1,N do local t={}; t.a=i; t.b=2; s=s+t.a end print(s)
