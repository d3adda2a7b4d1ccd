-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local P={} P.__index=P
P.__add=function(a,b) return setmetatable({x=a.x+b.x,y=a.y+b.y},P) end
local N=tonumber(arg[1]); local a,b=setmetatable({x=0,y=0},P),setmetatable({x=1,y=2},P)
for i=1,N do a=(a+b)+b end
print(a.x,a.y)
