-- Names of metamethods are stored in many tables of one shape by one instruction, one of which is a metatable.
local function get(o) return o.v end
local function set(o, v) o.q = v end

local list = {}
for i = 1, 60 do list[i] = { __index = { v = 1 } } end
local object = setmetatable({}, list[40])
print(get(object), get(object))
for i = 1, 60 do list[i].__index = { v = 2 } end
print(get(object), object.v)

list = {}
for i = 1, 60 do list[i] = {} end
object = setmetatable({}, list[40])
print(get(object), #object, pcall(function() return object + 1 end))
set(object, 1)
set(object, 2)
object.q = nil
for i = 1, 60 do
  local t = list[i]
  t.__index = { v = 7 }
  t.__newindex = function(_, key) print("new", key) end
  t.__call = function() return 5 end
  t.__eq = function() return true end
  t.__len = function() return 42 end
end
print(get(object), object.v, #object, object(), object == setmetatable({}, list[40]))
set(object, 3)
object.other = 4

-- Under names that are not in the program's text, and by `rawset`.
list = {}
for i = 1, 60 do list[i] = {} end
object = setmetatable({}, list[40])
print(get(object), pcall(function() return object .. "x" end))
local prefix = "__"
for i = 1, 60 do
  local name = i == 40 and prefix .. "index" or "field" .. i % 4
  list[i][name] = { v = 8 }
end
for i = 1, 60 do rawset(list[i], i == 40 and prefix .. "concat" or "field" .. i % 4, function() return "joined" end) end
print(get(object), object .. "x")

-- A mode that comes late.
list = {}
for i = 1, 60 do list[i] = {} end
object = setmetatable({}, list[40])
for i = 1, 60 do list[i].__mode = "v" end
object[1] = {}
collectgarbage()
print(#object, object[1])
