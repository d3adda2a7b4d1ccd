-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N=tonumber(arg[1]); local m={{1,1},{1,0}}
for i=1,N do m={{m[1][1]+m[1][2],m[1][1]},{m[2][1],m[2][2]}} end
print(m[1][1],m[2][1])
