-- runs: 10000
-- per iteration: gc.allocated_bytes == 40
-- expect: jit.traces >= 1
-- The object is stored in a table that exists, and taken out again.
local N = tonumber(arg[1])
local s = 0
local q = {}
for i = 1, N do
  q[#q + 1] = {v = i}
  local o = q[#q]
  q[#q] = nil
  s = s + o.v
end
print(s, #q)
