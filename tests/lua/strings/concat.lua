-- Concatenation with numbers, long chains, empty pieces.
print("a" .. "b" .. "c" .. 1 .. 2.0 .. -3 .. "", 1 .. "", 1.5 .. "x", -0.0 .. "")
local parts = ""
for i = 1, 100 do parts = parts .. i .. "," end
print(#parts, parts:sub(1, 20), parts:sub(-12))
local t = {}
for i = 1, 200 do t[i] = "v" .. i end
print(#table.concat(t), #table.concat(t, ", "), table.concat(t, "-", 3, 6), table.concat(t, "-", 5, 4) == "")
print(pcall(function() return "a" .. nil end))
print(pcall(function() return {} .. "a" end))
print(pcall(function() local x; return x .. "a" end))
print(pcall(function() return "a" .. true end))
local a, b, c = "x", "", "y"
print(a .. b .. c, b .. b .. b == "", a .. (b .. c) == (a .. b) .. c)
local long = ("0123456789"):rep(100)
print(#(long .. long), (long .. "z"):sub(-3), long .. "" == long)
print(2 .. 3 == "23", 10 .. 20 + 5, ("a" .. 1):rep(2))
