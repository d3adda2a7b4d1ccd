-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local s=0
for i=1,N do local a={} local b={} a.b=b b.a=a s=s+(a.b.a==a and 1 or 0) end
print(s)
