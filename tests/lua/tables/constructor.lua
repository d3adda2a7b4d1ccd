-- Constructors: positional, named, computed, nested, varargs at the end.
local function three() return 1, 2, 3 end
print(#{}, #{ 1, 2, 3 }, #{ three() }, #{ three(), three() }, #{ (three()) }, #{ three(), nil } >= 1)
local t = { 10, 20, x = 1, [3] = 30, ["y z"] = 2, [2.0 + 2] = 40, [true] = "t"; 50 }
print(t[1], t[2], t[3], t[4], t.x, t["y z"], t[true], #t)
local nested = { a = { b = { c = "deep" } }, { 1, { 2, { 3 } } } }
print(nested.a.b.c, nested[1][2][2][1], nested[1][1])
local order = {}
local function note(k) order[#order + 1] = k; return k end
local o = { [note("a")] = note(1), note(2), [note("b")] = note(3) }
print(table.concat(order, " "), o.a, o.b, o[1])
print(({ [1] = "hash", "array" })[1], ({ "array", [1] = "hash" })[1], ({ x = 1, x = 2 }).x)
local big = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
  31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, three() }
print(#big, big[60], big[61], big[63])
local function f(...) return { n = select("#", ...), ... } end
print(f().n, #f(1, 2), f(nil, 2)[2], f(1, nil, 3).n)
print(next({}), type(next), rawlen({ 1, 2 }), rawequal(t, t))
