-- Methods that an `__index` function finds: the receiver is another object each time.
local calls = 0
local methods = {
  add = function(self, x) return self.n + x end,
  name = function(self) return "object " .. self.n end,
}
local class = { __index = function(object, key) calls = calls + 1 return methods[key] end }
local sum = 0
for i = 1, 60 do
  local object = setmetatable({ n = i }, class)
  sum = sum + object:add(i)
  if i % 20 == 0 then print(object:name(), sum, calls) end
end

-- In one loop over different objects, and with an `__index` function that fails half way.
local objects = {}
for i = 1, 8 do objects[i] = setmetatable({ n = i * 10 }, class) end
local order = {}
for i = 1, 60 do
  local object = objects[i % 8 + 1]
  order[#order + 1] = object:add(i % 3)
end
print(table.concat(order, " "))

class.__index = function(object, key)
  if object.n == 50 then error("no " .. key .. " in " .. object.n, 0) end
  return methods[key]
end
for i = 1, 24 do
  local ok, result = pcall(function() return objects[i % 8 + 1]:add(1) end)
  if not ok or i % 8 == 0 then print(i, ok, result) end
end

-- Two levels of functions, and a string's methods through one.
local base = setmetatable({}, { __index = function(_, key) return methods[key] end })
local derived = { __index = function(_, key) return base[key] end }
sum = 0
for i = 1, 60 do sum = sum + setmetatable({ n = i }, derived):add(-i + 1) end
print(sum)
