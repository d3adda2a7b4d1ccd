-- A function that Rust code calls may end in a tail call of a native function, whose results then stand above dead registers.
local function handler(s, ...) return tostring(s, ...) end
for i = 1, 3 do print(xpcall(function() return 1 < "x" end, handler)) end
local t = {}
for i = 1, 20 do t[i] = { key = (i * 7) % 20 } end
table.sort(t, function(a, b) local x, y = {}, {}; x[1], y[1] = a.key, b.key; return rawequal(math.min(x[1], y[1] - 1), x[1]) end)
for i = 1, 20 do io.write(t[i].key, " ") end
print()
print((("abc"):gsub(".", function(c, ...) local u = { c .. c }; return select(1, u[1], ...) end)))
print(pcall(string.gsub, "abc", ".", function(c) local u = { c }; return table.unpack(u) end))
local mt = setmetatable({}, { __index = function(_, k) local u = { k .. "!" }; return tostring(u[1]) end, __close = print })
print(mt.x, mt.y, tostring(setmetatable({}, { __tostring = function() local u = { "text" }; return table.concat(u) end })))
