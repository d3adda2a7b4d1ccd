-- `__index` is a table first, then a function, nothing, and another table, all under one name in one metatable.
local class = { v = 100 }
class.__index = class
local object = setmetatable({}, class)
local sum = 0
for i = 1, 60 do
  sum = sum + (object.v or 1000)
  if i == 10 then rawset(class, "__index", function() return 7 end) end
  if i == 20 then rawset(class, "__index", nil) end
  if i == 30 then rawset(class, "__index", { v = 3 }) end
  if i == 40 then rawset(class, "__index", function(_, key) return #key end) end
  if i == 50 then class.__index = class end
end
print(sum)

local function read(o) return o.v end
local others = setmetatable({}, class)
for i = 1, 12 do
  class.__index = i % 3 == 0 and class or i % 3 == 1 and function() return i end or nil
  print(i, read(object), read(others))
end
