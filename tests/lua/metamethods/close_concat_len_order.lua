-- The order in which operators call metamethods in longer expressions.
local out = {}
local mt
local function new(n) return setmetatable({ n = n }, mt) end
mt = {
  __add = function(a, b) out[#out + 1] = a.n .. "+" .. b.n; return new("(" .. a.n .. b.n .. ")") end,
  __mul = function(a, b) out[#out + 1] = a.n .. "*" .. b.n; return new("[" .. a.n .. b.n .. "]") end,
  __concat = function(a, b)
    a, b = type(a) == "table" and a.n or a, type(b) == "table" and b.n or b
    out[#out + 1] = a .. "&" .. b
    return new(a .. b)
  end,
  __pow = function(a, b) out[#out + 1] = a.n .. "^" .. b.n; return new(a.n .. "p" .. b.n) end,
  __unm = function(a) out[#out + 1] = "-" .. a.n; return new("m" .. a.n) end,
}
local a, b, c, d = new("a"), new("b"), new("c"), new("d")
local r = a + b * c + d
print(r.n, table.concat(out, " "))
out = {}
r = a .. b .. "x" .. c .. 1
print(r.n, table.concat(out, " "))
out = {}
r = -a ^ b ^ c
print(r.n, table.concat(out, " "))
out = {}
r = (a + b) * (c + d)
print(r.n, table.concat(out, " "))
