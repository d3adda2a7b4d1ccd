-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local T = {1, 2, 3, 4, 5}
local function iter(t)
  local n = 0
  return function()
    n = n + 1
    return t[n]
  end
end
for i = 1, N // 5 do
  for v in iter(T) do s = s + v * i end
end
print(s)
