local handlers = {}
for i = 1, 200 do handlers[i] = function() return i end end
handlers[150] = 'oops'
local s = 0
for i = 1, 200 do
  s = s + handlers[i]()
end
