-- tostring of all plain values and of objects with metamethods.
print(tostring(nil), tostring(true), tostring(false), tostring(12), tostring(-1.5), tostring("s"))
local named = setmetatable({}, { __name = "Thing" })
print(tostring(named):match("^Thing: ") ~= nil, tostring({}):match("^table: ") ~= nil, tostring(print):match("^builtin: ") or tostring(print):match("^function: ") ~= nil)
local obj = setmetatable({}, { __tostring = function() return "an object" end })
print(obj, tostring(obj), string.format("%s|%10s", obj, "r"))
print(pcall(tostring, setmetatable({}, { __tostring = function() return 1 end })))
print(pcall(tostring, setmetatable({}, { __tostring = function() return {} end })))
print(pcall(tostring))
local t = {}
print(tostring(t) == tostring(t), tostring(t) ~= tostring({}))
print(#tostring(1e100), tostring(2 ^ 63), tostring(-2 ^ 63), tostring(math.pi))
