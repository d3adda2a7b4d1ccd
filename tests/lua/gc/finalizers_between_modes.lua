-- heavy
-- Objects with finalizers that a collection in incremental mode has left young are known to the next one in generational mode.

local finalised = 0
local mt = { __gc = function(o) assert(o[1] == o.x) finalised = finalised + 1 end }

for round = 1, 40 do
  collectgarbage("incremental")
  for i = 1, 100 do local garbage = { i } end
  local kept = {}
  for i = 1, 40 do kept[i] = setmetatable({ i, x = i }, mt) end
  collectgarbage("step", 1)
  collectgarbage("generational")
  collectgarbage("step")
  for i = 1, 1000 do local garbage = { i, i, i } end
  collectgarbage("step")
  local sum = 0
  for i = 1, 40 do sum = sum + kept[i].x end
  assert(sum == 820)
  kept = nil
  collectgarbage("step")
end
collectgarbage()
collectgarbage()
print(finalised)
