-- Loops that allocate only to have a collection come: it must come, although nothing needs the objects.
local name
setmetatable({}, {__gc = function() name = "finalized" end})
repeat local a = {} until name
print(name)

local weak = setmetatable({{}}, {__mode = "v"})
while weak[1] do local t = {{}, {}} end
print(#weak)

local count, done = 0, false
setmetatable({}, {__gc = function() done = true end})
while not done do
  count = count + 1
  local point = {x = count, y = -count}
  local sum = point.x + point.y
end
print(done, count > 0)

local function wait()
  local over
  setmetatable({}, {__gc = function() over = 1 end})
  while true do
    local closure = function() return over end
    if over then return "returned" end
  end
end
print(wait())
