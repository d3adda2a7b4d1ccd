-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
for i=1,N do local a,b=table.unpack{i,2}; s=s+a+b end print(s)
