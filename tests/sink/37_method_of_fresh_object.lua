-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local C={} C.__index=C function C:get() return self.v end for i=1,N do s=s+setmetatable({v=i},C):get() end print(s)
