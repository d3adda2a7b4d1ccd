-- Booleans, functions, tables, floats and strings as keys, side by side.
local t = {}
local f, g, o, p = function() end, print, {}, {}
t[true], t[false], t[f], t[g], t[o], t[p] = 1, 2, 3, 4, 5, 6
t[0.5], t[-0.5], t[1e300], t[""], t["1"], t[1] = 7, 8, 9, 10, 11, 12
t[math.huge], t[-math.huge], t[math.maxinteger], t[math.mininteger] = 13, 14, 15, 16
print(t[true], t[false], t[f], t[g], t[o], t[p], t[0.5], t[-0.5], t[1e300], t[""], t["1"], t[1])
print(t[math.huge], t[-math.huge], t[math.maxinteger], t[math.mininteger], t[{}], t[function() end], t[2 ^ 53])
local n = 0
for _, v in pairs(t) do n = n + v end
print(n)
t[o], t[true] = nil, nil
print(t[o], t[p], t[true], t[false])
local objects = {}
for i = 1, 100 do objects[i] = { i } end
local index = {}
for i, obj in ipairs(objects) do index[obj] = i end
local ok = true
for i = 100, 1, -1 do ok = ok and index[objects[i]] == i end
print(ok)
