-- Every arithmetic metamethod, on either side, with mixed operands.
local log = {}
local mt = {}
local function name(v) return type(v) == "table" and v.n or tostring(v) end
for _, op in ipairs({ "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat" }) do
  mt["__" .. op] = function(a, b) return op .. "(" .. name(a) .. "," .. name(b) .. ")" end
end
mt.__unm = function(a, b) return "unm(" .. name(a) .. "," .. tostring(rawequal(a, b)) .. ")" end
mt.__bnot = function(a, b) return "bnot(" .. name(a) .. "," .. tostring(rawequal(a, b)) .. ")" end
mt.__len = function(a) return "len(" .. name(a) .. ")" end
local a, b = setmetatable({ n = "a" }, mt), setmetatable({ n = "b" }, mt)
print(a + b, a - 1, 1 * a, a / "x", "x" % a, a ^ 2, 2 // a)
print(a & b, a | 1, 1 ~ a, a << 2, 2 >> a, a & 1.5, "s" | a)
print(a .. b, a .. "x", "x" .. a, 1 .. a, a .. 1.5, "x" .. "y" .. a)
print(-a, ~a, #a)
print(pcall(function() return a + nil end), pcall(function() return {} + {} end))
local only = setmetatable({}, { __add = function() return "right" end })
print(1 + only, "x" + only, nil == nil and only + 1, {} + only)
local first = setmetatable({ n = 1 }, { __add = function() return "first" end })
local second = setmetatable({ n = 2 }, { __add = function() return "second" end })
print(first + second, second + first, 1 + second)
local multi = setmetatable({}, { __add = function() return 1, 2, 3 end, __sub = function() end })
print(multi + 1, (multi + 1), multi - 1)
