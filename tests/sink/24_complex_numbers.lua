-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local function c(r,i) return {r=r,i=i} end for i=1,N//10 do local z,k=c(0.0,0.0),c(i/N,0.1) for j=1,20 do z=c(z.r*z.r-z.i*z.i+k.r,2*z.r*z.i+k.i) end s=s+z.r end print(s)
