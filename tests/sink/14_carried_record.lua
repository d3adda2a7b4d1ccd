-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local v={x=0,tag='a'}
for i=1,N do v={x=v.x+1,tag='a'} end
print(v.x,v.tag)
