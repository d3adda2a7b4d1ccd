-- Chains of __index that are long or come back to themselves, with keys of every kind, in hot loops.
local function chain(length, last)
  local t = last
  for i = 1, length do t = setmetatable({}, { __index = t }) end
  return t
end
local circle = setmetatable({}, {})
getmetatable(circle).__index = circle
local keys = { 1, 2.5, true, "name", "k" .. 1 }
local failures, found = 0, 0
local long = chain(30, { 10, [2.5] = 20, [true] = 30, name = 40, k1 = 50 })
for i = 1, 200 do
  local key = keys[i % 5 + 1]
  found = found + long[key] + long.name + long[1]
  local ok, message = pcall(function() return circle[key] end)
  if not ok and message:find("'__index' chain too long; possible loop", 1, true) then failures = failures + 1 end
  if not pcall(function() circle[key] = nil return circle.name end) then failures = failures + 1 end
end
print(found, failures)
