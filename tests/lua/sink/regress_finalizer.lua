-- Objects with finalizers exist, however short they live, and each is finalized once; metatables that get a finalizer later do not count.
local made, gone = 0, 0
local F = { __gc = function(o) gone = gone + o.v end }
local function new(v) return setmetatable({ v = v }, F) end
local s = 0
for i = 1, 400 do
  local o = new(1)
  local p = { o, new(1) }
  s = s + o.v + p[2].v
  made = made + 2
end
collectgarbage()
collectgarbage()
print(s, made, gone)
local G = {}
for i = 1, 400 do
  local o = setmetatable({ v = 1 }, G)
  if i == 200 then G.__gc = F.__gc end
  s = s + o.v
end
collectgarbage()
collectgarbage()
print(s, gone)
