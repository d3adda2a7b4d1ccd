-- Metatables of any value, also of types that compiled code has assumed to have none.
print(debug.getmetatable("").__index == string, debug.getmetatable({}), debug.getmetatable(1), debug.getmetatable(nil))
print(pcall(debug.getmetatable))
print(pcall(debug.setmetatable, 1))
print(pcall(debug.setmetatable, 1, 2))
local protected = setmetatable({}, {__metatable = "locked"})
print(getmetatable(protected), type(debug.getmetatable(protected)))
print(debug.setmetatable(protected, nil) == protected, getmetatable(protected))

-- numbers: an index in a hot loop
local function try(f, ...) return (select(2, pcall(f, ...))) end
local function field(x) return x.name end
for i = 1, 200 do pcall(field, i) end
print((tostring(try(field, 5)):gsub("^.-:%d+: ", "")))
debug.setmetatable(1, {__index = function(n, key) return key .. n end, __call = function(n, x) return n + x end,
  __len = function(n) return n * 2 end, __concat = function() return "joined" end})
print(try(field, 5), try(field, 2.5), (7)(3), #21)
local total = 0
for i = 1, 200 do total = total + #i + i(1) end
print(total)
debug.setmetatable(1, nil)
print((tostring(try(field, 5)):gsub("^.-:%d+: ", "")))

-- nil
local empty
local function deep() return empty.a.b end
for i = 1, 200 do pcall(deep) end
debug.setmetatable(nil, {__index = function() return nil end})
print(deep())
local hits = 0
for i = 1, 300 do if empty.x == nil then hits = hits + 1 end end
print(hits)
debug.setmetatable(nil, nil)
print(pcall(deep) == false)

-- functions, booleans, strings
local function id(x) return x end
debug.setmetatable(id, {__add = function(f, g) return function(x) return g(f(x)) end end, __index = {tag = "fn"}})
print((id + tostring)(5), print.tag, id.tag)
local acc = 0
for i = 1, 200 do acc = acc + #(id + tostring)(i) end
print(acc)
debug.setmetatable(id, nil)
print(pcall(function() return id + id end) == false)
debug.setmetatable(true, {__unm = function(b) return not b end})
local flips = true
for i = 1, 201 do flips = -flips end
print(flips)
debug.setmetatable(true, nil)
local strings = debug.getmetatable("")
local old = strings.__index
local function twice(s) return s.double end
for i = 1, 200 do twice("a") end
strings.__index = function(s, key) if key == "double" then return s .. s end return old[key] end
print(twice("ab"), ("x"):rep(2))
local n = 0
for i = 1, 200 do n = n + #twice("ab") end
print(n)
strings.__index = old
print(twice("ab"))

-- the rest of the library
print(debug.getuservalue(io.stdout), debug.getuservalue(1, 1), debug.setuservalue(io.stdout, 1))
print(pcall(debug.setuservalue, {}, 1))
print(pcall(debug.setuservalue, io.stdout))
print(type(debug.getregistry()), debug.setcstacklimit(500))
