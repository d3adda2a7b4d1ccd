-- expect: jit.aborts == 0
-- expect: jit.traces >= 1
-- Library functions on tables that paths take in.
local s = 0
local out = {}
for i = 1, 2000 do
  local t = {}
  rawset(t, "name", i)
  rawset(t, 1, "x")
  table.insert(t, i)
  out[1] = table.concat(t, "-")
  s = s + #out[1] + rawget(t, "name") + #t + select("#", table.unpack(t))
end
print(s, out[1])
