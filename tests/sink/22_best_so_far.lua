-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s, n = 0, 0
local best for i=1,N do local c={s=(i*7919)%10007} if best==nil or c.s>best.s then best=c end end print(best.s)
