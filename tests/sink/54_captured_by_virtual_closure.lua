-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
for i = 1, N do
  local o = {v = i}
  local function get() return o.v end
  local function set(v) o.v = v end
  set(get() + 1)
  s = s + get()
end
print(s)
