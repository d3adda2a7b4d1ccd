-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local a,prev={x=0}
for i=1,N do prev=a; a={x=a.x+1} end
print(a.x,prev.x)
