-- __eq, __lt, __le and what they are not called for.
local calls = 0
local mt = {
  __eq = function(a, b) calls = calls + 1; return a.v == b.v end,
  __lt = function(a, b) calls = calls + 1; return a.v < b.v end,
  __le = function(a, b) calls = calls + 1; return a.v <= b.v end,
}
local function new(v) return setmetatable({ v = v }, mt) end
local a, b, c = new(1), new(2), new(1)
print(a == c, a ~= c, a == b, a < b, a <= b, a > b, a >= b, a <= c, a >= c, calls)
calls = 0
print(a == a, a == 1, a == nil, a ~= "x", rawequal(a, c), calls)
local m1 = setmetatable({}, { __eq = function() return 1 end })
local m2 = setmetatable({}, {})
print(m1 == m2, m2 == m1, m1 ~= m2, m2 == setmetatable({}, {}))
print(pcall(function() return a < 1 end))
print(pcall(function() return {} < {} end))
print(pcall(function() return {} < "x" end))
print(pcall(function() return 1 < "x" end))
print(pcall(function() return nil < 1 end))
local any = setmetatable({}, { __lt = function(x, y) return type(x) .. "<" .. type(y) end, __le = function() return nil end })
print(any < 1, 1 < any, any > 1, any <= 1, 1 >= any, "x" < any)
local list = {}
for i = 1, 30 do list[i] = new(i * 7 % 31) end
table.sort(list, function(x, y) return x < y end)
local out = {}
for i, o in ipairs(list) do out[i] = o.v end
print(table.concat(out, " "))
table.sort(list)
print(list[1].v, list[30].v)
