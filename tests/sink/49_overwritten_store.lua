-- runs: 10000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes == 40
-- expect: jit.traces >= 1
-- Each object is replaced before anybody has looked.
local N = tonumber(arg[1])
local s = 0
local g = {0}
local h
for i = 1, N do
  local t = {v = i}
  g[1] = t
  h = t
  s = s + g[1].v
end
print(s, g[1].v, h.v)
