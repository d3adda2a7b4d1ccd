-- What has been compiled is dropped while a loop that is being recorded waits for a library function, which calls Lua.

local text = [[
local at, change = ...
local function hot(n)
  local s = 0
  for i = 1, n do
    if i % 3 == 0 then s = s + i else s = s - 1 end
    if i % 5 == 0 then s = s * 2 % 1001 end
  end
  return s
end
local total = 0
for i = 1, 12 do
  local t = {5, 3, 1, 4}
  local seen = 0
  table.sort(t, function(a, b)
    seen = seen + 1
    if i == at and seen == 1 then change() end
    total = total + hot(20 + i)
    return a < b
  end)
  total = total + t[1] + t[4] * i
end
return total
]]

for at = 1, 8 do
  print(at, load(text)(at, function()
    debug.setmetatable(1, {__index = {n = at}})
  end), (1).n)
end
debug.setmetatable(1, nil)

local weak
print(load(text)(3, function()
  weak = setmetatable({}, {__mode = "k"})
end), next(weak))
