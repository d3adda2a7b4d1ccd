local mt = {}
mt.__add = function(a, b)
  return setmetatable({ v = a.v + b }, mt)
end
local acc = setmetatable({ v = 0 }, mt)
for i = 1, 300 do
  acc = acc + (i < 280 and i or {})
end
