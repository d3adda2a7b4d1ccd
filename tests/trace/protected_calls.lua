-- options: --opt=background=false
-- runs: 20000
-- per iteration: gc.allocated_bytes == 0
-- per iteration: jit.exits <= 0.01
-- expect: jit.traces >= 1
-- A protected call of a Lua function is inlined, and what it makes vanishes.
local N = tonumber(arg[1])
local function area(w, h)
  local box = { w = w, h = h }
  return box.w * box.h
end
local function handler(message)
  return message
end
local total = 0
for i = 1, N do
  local ok, value = pcall(area, i, 2)
  local fine, other = xpcall(area, handler, 3, i)
  if ok and fine then
    total = total + value + other
  end
end
print(total)
