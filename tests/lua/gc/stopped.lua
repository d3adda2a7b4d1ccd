-- A stopped collector leaves garbage where it is: the memory in use grows until it is started again.
collectgarbage()
collectgarbage()
local before = collectgarbage("count")
collectgarbage("stop")
print(collectgarbage("isrunning"))
repeat
  local garbage = { {} }
until collectgarbage("count") > 3 * before
local weak = setmetatable({ {} }, { __mode = "v" })
for _ = 1, 1000 do
  local garbage = { {} }
end
print(#weak)
collectgarbage("restart")
print(collectgarbage("isrunning"))
repeat
  local garbage = { {} }
until collectgarbage("count") <= 2 * before
collectgarbage()
print(#weak)
