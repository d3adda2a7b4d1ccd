-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
for i = 1, N do
  local t = {}
  rawset(t, "a", i)
  t[true] = 2
  t[1.5] = 3
  t.gone = 4
  t.gone = nil
  s = s + rawget(t, "a") + t[true] + t[1.5] + (t.gone or 1) + (t.never or 1) + (t[false] or 1)
end
print(s)
