-- runs: 200000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local function new(x) return {x=x} end local p=new(0) for i=1,N do p=new(p.x+1) if p.x>50 then p=new(0) end end print(p.x)
