-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes > 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local mt = {
  __index = function(t, k) return rawget(t, "v") + #k end,
  __newindex = function(t, k, v) rawset(t, "v", v * 2) end,
}
for i = 1, N do
  local o = setmetatable({}, mt)
  o.w = i
  s = s + o.other
end
print(s)
