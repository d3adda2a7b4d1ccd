-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local function f(...) local t={...}; return t[1]+t[2] end for i=1,N do s=s+f(i,2) end print(s)
