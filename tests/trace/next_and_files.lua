-- options: --opt=background=false
-- runs: 4000
-- per iteration: jit.exits <= 0.01
-- expect: jit.traces >= 1
-- expect: jit.aborts == 0
-- next, tostring of objects, and writing.
local N = tonumber(arg[1])
local empty, full, total = {}, { 7 }, 0
local text = tostring(full)
for i = 1, N do
  local _, first = next(full)
  if next(empty) == nil and tostring(full) == text then
    total = total + first
  end
  io.write("")
end
print(total)
