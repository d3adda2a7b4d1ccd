-- runs: 10000
-- per iteration: gc.allocated_bytes == 24
-- expect: jit.traces >= 1
-- The key is made; the table is not.
local N = tonumber(arg[1])
local s = 0
local t = {k0 = 0}
for i = 1, N do
  t["k" .. (i % 3)] = i
  s = s + t.k0
  t.k0 = t.k0 or 0
end
print(s)
