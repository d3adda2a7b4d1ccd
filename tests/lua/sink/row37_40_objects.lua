-- Method calls on fresh objects, inheritance, __index and __newindex functions, raw access, option tables.
local C = {}
C.__index = C
function C:get() return self.v end
local D = setmetatable({}, { __index = C })
D.__index = D
function D:twice() return self:get() * 2 end
local s = 0
for i = 1, 250 do s = s + setmetatable({ v = i }, C):get() + setmetatable({ v = i }, D):twice() end
print(s)
local log = 0
local mt = { __index = function(t, k) return #k end, __newindex = function(t, k, v) log = log + v; rawset(t, k, v) end }
for i = 1, 250 do local o = setmetatable({}, mt); o.abc = i; s = s + o.abc + o.missing end
print(s, log)
for i = 1, 250 do
  local t = { [true] = i, [1.5] = 2 }
  rawset(t, "x", i)
  s = s + rawget(t, "x") + t[true] + t[1.5] + (t.none or 1) + (rawget(t, "y") or 0)
  t.x = nil
  if t.x then s = s + 1000000 end
end
print(s)
local function f(o) return o.w * o.h + (o.d or 1) end
for i = 1, 250 do s = s + f({ w = i, h = 2 }) + f({ w = i, h = 2, d = 3 }) end
print(s)
local kept
for i = 1, 250 do local o = setmetatable({ v = i }, D); if i == 241 then kept = o end s = s + o:twice() end
print(kept:twice(), kept.v, getmetatable(kept) == D, s)
local Stack = {}
Stack.__index = Stack
function Stack.new() return setmetatable({ n = 0 }, Stack) end
function Stack:push(v) self.n = self.n + 1; self[self.n] = v; return self end
function Stack:pop() local v = self[self.n]; self[self.n] = nil; self.n = self.n - 1; return v end
for i = 1, 200 do local st = Stack.new():push(i):push(2); s = s + st:pop() + st:pop() + st.n end
print(s)
