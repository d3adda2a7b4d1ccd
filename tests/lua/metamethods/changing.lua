-- Metatables that gain, lose and change methods while in use.
local mt = {}
local t = setmetatable({}, mt)
print(t.x)
mt.__index = function(_, k) return "v1 " .. k end
print(t.x)
mt.__index = { x = "v2" }
print(t.x, t.y)
mt.__index = nil
print(t.x)
local log = 0
for i = 1, 120 do
  if i == 40 then mt.__add = function() return 1 end end
  if i == 80 then mt.__add = function() return 100 end end
  local ok, v = pcall(function() return t + 1 end)
  log = log + (ok and v or 0)
end
print(log)
local a = setmetatable({ v = 1 }, { __index = { get = function(s) return s.v end } })
local sum = 0
for i = 1, 150 do
  if i == 100 then setmetatable(a, { __index = { get = function(s) return s.v * 10 end } }) end
  sum = sum + a:get()
end
print(sum)
setmetatable(a, nil)
print(pcall(function() return a:get() end))
local counter = 0
local m = setmetatable({}, { __newindex = function(t, k, v) counter = counter + 1; rawset(t, k, v) end })
for i = 1, 100 do
  m[i % 10] = i
  if i == 50 then for k = 0, 9 do rawset(m, k, nil) end end
end
print(counter)
