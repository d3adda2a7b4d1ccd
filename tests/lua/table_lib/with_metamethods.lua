-- The table functions, with and without metamethods.
local function dump(t, n) local out = {} for i = 1, n or #t do out[i] = tostring(t[i]) end return "{" .. table.concat(out, " ") .. "}" end
local t = {1, 2, 3}
table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 6, 5) print(dump(t))
print(table.remove(t), table.remove(t, 1), table.remove(t, 2), dump(t))
print(table.remove({}), table.remove({}, 0), table.remove({[0] = "zero"}, 0), #t, table.remove(t, #t + 1), dump(t))
print(table.concat({}), table.concat({1, 2, 3}), table.concat({1, 2.5, "x"}, ", "), table.concat({1, 2, 3}, "-", 2), table.concat({1, 2, 3}, "-", 2, 3), table.concat({1, 2, 3}, "-", 3, 2))
print(table.unpack({1, 2, 3})) print(table.unpack({1, 2, 3}, 2)) print(table.unpack({1, 2, 3}, 2, 5)) print(table.unpack({}, 1, 0)) print(select("#", table.unpack({}, 1, 100)))
local p = table.pack(1, nil, 3) print(p.n, p[1], p[2], p[3], table.pack().n)
print(dump(table.move({1, 2, 3}, 1, 3, 2)), dump(table.move({1, 2, 3}, 2, 3, 1)), dump(table.move({1, 2, 3}, 1, 3, 3, {9, 9})), dump(table.move({1, 2, 3}, 1, 0, 3)))
local words = {"pear", "apple", "fig", "cherry", "banana"} table.sort(words) print(dump(words))
table.sort(words, function(a, b) return #a < #b end) print(dump(words))
table.sort(words, function(a, b) return a > b end) print(dump(words))
local n = {5, 2.5, 9, -1, 3, 2, 8.25, 0} table.sort(n) print(dump(n))
local big = {} for i = 1, 500 do big[i] = (i * 7919) % 1009 end table.sort(big)
for i = 2, #big do assert(big[i - 1] <= big[i]) end
table.sort(big, function(a, b) return a > b end) for i = 2, #big do assert(big[i - 1] >= big[i]) end print(big[1], big[500])
local calls = 0 table.sort({4, 3, 2, 1, 5, 7, 6}, function(a, b) calls = calls + 1 return a < b end) print(calls)
local objs = {} for i = 1, 20 do objs[i] = setmetatable({v = (i * 7) % 20}, {__lt = function(a, b) return a.v < b.v end}) end
table.sort(objs) for i = 1, 20 do io.write(objs[i].v, " ") end print()
local ties = {} for i = 1, 12 do ties[i] = {k = i % 3, i = i} end table.sort(ties, function(a, b) return a.k < b.k end) for _, e in ipairs(ties) do io.write(e.k, ":", e.i, " ") end print()
local log = {}
local store = {10, 20, 30}
local proxy = setmetatable({}, {
  __index = function(_, k) log[#log + 1] = "get " .. tostring(k) return store[k] end,
  __newindex = function(_, k, v) log[#log + 1] = "set " .. tostring(k) store[k] = v end,
  __len = function() log[#log + 1] = "len" return #store end,
})
table.insert(proxy, 40) print(dump(store), table.concat(log, ",")) log = {}
table.insert(proxy, 1, 5) print(dump(store), table.concat(log, ",")) log = {}
print(table.remove(proxy), dump(store), table.concat(log, ",")) log = {}
print(table.remove(proxy, 1), dump(store), table.concat(log, ",")) log = {}
print(table.concat(proxy, "+"), table.concat(log, ",")) log = {}
print(table.unpack(proxy)) print(table.concat(log, ",")) log = {}
table.move(proxy, 1, 2, 2) print(dump(store), table.concat(log, ",")) log = {}
table.sort(proxy, function(a, b) return a > b end) print(dump(store)) log = {}
table.sort(proxy) print(dump(store))
print(pcall(table.insert, setmetatable({}, {__len = function() return 1.5 end}), 1))
print(pcall(table.insert, setmetatable({}, {__len = function() return "x" end}), 1))
print(#table.pack(table.unpack(setmetatable({}, {__index = function(_, i) return i end}), 1, 50)))
print(pcall(table.insert, setmetatable({}, {__index = {}}), 1), pcall(table.insert, "string", 1))
print(next({}), #{n = 1}, #{1, 2, nil, 4} >= 2)
print(pcall(table.concat, {1, 2, {}}), pcall(table.concat, {1}, "", 1, 2))
print(pcall(table.sort, {1, 2, nil, 4}) )
