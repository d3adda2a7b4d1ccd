-- absent metamethods that appear under a key the metatable already has room for
local function loop(f) local r for i = 1, 200 do r = f(i) end return r end
local mt = {__index = 1, __newindex = 1, __eq = 1, __len = 1, __lt = 1, __le=1}
mt.__index, mt.__newindex, mt.__eq, mt.__len, mt.__lt = nil
local t, u = setmetatable({}, mt), setmetatable({}, mt)
local function get(i) return t.x end
local function set(i) t.y = nil return rawget(t, "z") end
local function eq(i) return t == u end
local function len(i) return #t end
print(loop(get), loop(set), loop(eq), loop(len))
mt.__index = function() return "indexed" end
print(loop(get))
mt.__newindex = function(t, k, v) rawset(t, "z", k) end
print(loop(set))
mt.__eq = function() return true end
print(loop(eq))
mt.__len = function() return 42 end
print(loop(len))
local C = {f=1} C.f = nil
local o = setmetatable({a = 1}, {__gc0 = 1})
local function seta(i) o.a = i return o.a end
print(loop(seta))
o.a = nil
getmetatable(o).__newindex = function(t, k, v) rawset(t, k, -v) end
print(loop(seta))
o.a = nil
print(seta(3))
getmetatable(o).__index = function() return "idx" end
o.a = nil
print((function() local r for i=1,100 do r = o.a end return r end)())
