-- __gc: order, resurrection, marking again, what does not make an object finalizable, errors.
local function collect() collectgarbage() collectgarbage() end
collectgarbage("stop")

local log = {}
local mt = {__gc = function(o) log[#log + 1] = o.name end}
for i = 1, 5 do setmetatable({name = "o" .. i}, mt) end
collect()
print(table.concat(log, " "))

-- resurrection: once more only if it is marked again
local saved
local count = 0
local again = {}
again.__gc = function(o) count = count + 1 saved = o end
setmetatable({}, again)
collect()
print(count, type(saved))
saved = nil
collect()
print(count)
setmetatable({}, again)
collect()
setmetatable(saved, again)
saved = nil
collect()
print(count)

-- a finalizer that is added to the metatable later does not count, unless some value was there
local late = 0
local m1, m2 = {}, {__gc = true}
setmetatable({}, m1)
setmetatable({}, m2)
m1.__gc = function() late = late + 1 end
m2.__gc = function() late = late + 10 end
collect()
print(late)

-- what the finalizer is called is looked up when it is called
local m3 = {__gc = function() late = "first" end}
setmetatable({}, m3)
m3.__gc = function() late = "second" end
collect()
print(late)
m3.__gc = nil
setmetatable({}, m3)
collect()
print(late)

-- an object that a finalizable object refers to is still there, in whatever order
local seen = {}
local pair = {__gc = function(o) seen[#seen + 1] = o.other and o.other.name or "none" end}
local a, b = setmetatable({name = "a"}, pair), setmetatable({name = "b"}, pair)
a.other, b.other = b, a
a, b = nil
collect()
print(table.concat(seen, " "))

-- a finalizer sees its object as a weak key, not as a weak value
local keys, values = setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "v"})
local found
do
  local o = setmetatable({}, {__gc = function(o) found = tostring(keys[o]) .. " " .. tostring(values[1]) end})
  keys[o], values[1] = "key", o
  o = nil
end
collect()
print(found, next(keys), next(values))

-- errors in a finalizer do not stop the others, nor the program
local done = 0
for i = 1, 3 do setmetatable({}, {__gc = function() done = done + 1 error("expected") end}) end
setmetatable({}, {__gc = function() done = done + 1 error({}) end})
setmetatable({}, {__gc = 17})
collect()
print(done)

-- an error on its way is not disturbed by finalizers
print(pcall(function()
  setmetatable({}, {__gc = function() pcall(error, "inner") end})
  local t <close> = setmetatable({}, {__close = function() collect() end})
  error("outer", 0)
end))

-- finalizable objects that a loop makes
local n = 0
local counting = {__gc = function() n = n + 1 end}
for i = 1, 1000 do
  local o = setmetatable({i}, counting)
end
collect()
print(n)
