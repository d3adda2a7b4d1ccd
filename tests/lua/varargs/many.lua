-- Large argument and result lists.
local function make(n) local t = {}; for i = 1, n do t[i] = i end return t end
local function count(...) return select("#", ...) end
print(count(table.unpack(make(200))), count(table.unpack(make(250), 1, 250)))
print(math.max(table.unpack(make(240))), math.min(table.unpack(make(240))))
print((select(-1, table.unpack(make(1000)))), #{ table.unpack(make(1500)) })
print(string.char(table.unpack({ 72, 101, 108, 108, 111 })))
local function last(...) return (select(select("#", ...), ...)) end
print(last(table.unpack(make(500))))
print(#table.pack(string.byte(("x"):rep(300), 1, -1)))
local function wrap(f, ...) return f(...), f(...) end
print(count(wrap(table.unpack, { 1, 2, 3 })))
