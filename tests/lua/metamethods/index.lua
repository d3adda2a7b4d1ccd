-- __index and __newindex: tables, functions, chains, rawget and rawset.
local base = { color = "red", size = 1 }
local t = setmetatable({ size = 2 }, { __index = base })
print(t.color, t.size, t.none, rawget(t, "color"))
base.color = "blue"
print(t.color)
local f = setmetatable({}, { __index = function(self, k) return k .. "!" end })
print(f.x, f[1], pcall(function() return f[{}] end) == false)
local c1 = { deep = "c1" }
local c2 = setmetatable({ mid = "c2" }, { __index = c1 })
local c3 = setmetatable({ top = "c3" }, { __index = c2 })
print(c3.top, c3.mid, c3.deep, c3.absent)
local log = {}
local proxy = setmetatable({}, { __newindex = function(self, k, v) log[#log + 1] = k; rawset(self, k, v) end })
proxy.a = 1
proxy.a = 2
proxy.b = 3
print(table.concat(log, ","), proxy.a, proxy.b)
local store = {}
local w = setmetatable({}, { __newindex = store, __index = store })
w.x = 10
print(rawget(w, "x"), store.x, w.x)
local ro = setmetatable({}, { __newindex = function(_, k) error("read-only: " .. k, 2) end })
print(pcall(function() ro.field = 1 end))
local chain = setmetatable({}, { __index = setmetatable({}, { __index = function(t, k) return k * 2 end }) })
print(chain[21])
local defaults = setmetatable({}, { __index = function(t, k) local v = {} ; rawset(t, k, v) ; return v end })
defaults.a.x = 1
defaults.a.y = 2
print(defaults.a.x, defaults.a.y, rawlen(defaults))
print(pcall(function() local x = setmetatable({}, { __index = 5 }); return x.y end))
print(pcall(function() return (nil).x end))
local numeric = setmetatable({ 1, 2 }, { __index = function(_, i) return -i end })
local s = 0
for i = 1, 100 do s = s + numeric[i] end
print(s, numeric[3], numeric[1])
local n = 0
for i, v in ipairs(setmetatable({}, { __index = function(_, i) if i <= 5 then return i * i end end })) do n = n + v end
print(n)
