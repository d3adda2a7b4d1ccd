-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local a={x=0}
for i=1,N do if i%2==0 then a={x=a.x+1} end end
print(a.x)
