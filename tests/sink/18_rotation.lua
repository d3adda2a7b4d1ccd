-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local a,b={x=0},{x=1}
for i=1,N do local c={x=a.x+b.x} a,b=b,c end
print(a.x,b.x)
