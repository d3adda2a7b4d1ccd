-- Sites that see several types, shapes and functions.
local values = { 1, 2.5, "30", true, false, {}, print, "x" }
local kinds = {}
for i = 1, 400 do
  local k = type(values[i % 8 + 1])
  kinds[k] = (kinds[k] or 0) + 1
end
print(kinds.number, kinds.string, kinds.boolean, kinds.table, kinds["function"])
local shapes = { { x = 1 }, { y = 2, x = 2 }, { z = 0, y = 0, x = 3 }, { x = 4, w = 1 }, setmetatable({}, { __index = { x = 5 } }) }
local s = 0
for i = 1, 600 do s = s + shapes[i % 5 + 1].x end
print(s)
local ops = { function(a, b) return a + b end, function(a, b) return a - b end, math.max, math.min, function(a) return a * 2 end }
local r = 1
for i = 1, 500 do r = ops[i % 5 + 1](r, i) % 10007 end
print(r)
local adders = {
  setmetatable({ v = 1 }, { __add = function(a, b) return a.v + b end }),
  setmetatable({ v = 2 }, { __add = function(a, b) return a.v * b end }),
  10, 2.5,
}
local t = 0
for i = 1, 400 do t = t + (adders[i % 4 + 1] + i) end
print(t)
local function area(o)
  if o.kind == "sq" then return o.a * o.a elseif o.kind == "re" then return o.a * o.b end
  return 0
end
local objs = { { kind = "sq", a = 2 }, { kind = "re", a = 2, b = 3.5 }, { kind = "none" } }
local total = 0
for i = 1, 300 do total = total + area(objs[i % 3 + 1]) end
print(total)
local eqs = 0
local mixed = { 1, 1.0, "1", nil, true }
for i = 1, 300 do
  local a, b = mixed[i % 5 + 1], mixed[i % 4 + 1]
  if a == b then eqs = eqs + 1 end
  if a then eqs = eqs + 100 end
end
print(eqs)
