-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local s=0
for i=1,N do local f=function(a) return a+i end s=s+f(2) end
print(s)
