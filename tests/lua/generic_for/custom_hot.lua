-- Iterators written in Lua, stateless and with closures, in hot loops.
local function step(n, i) if i < n then return i + 1, i * 2 end end
local s = 0
for i, v in step, 500, 0 do s = s + i + v end
print(s)
local function chars(str) local i = 0; return function() i = i + 1; if i <= #str then return i, str:sub(i, i) end end end
local codes = 0
for i, c in chars(("abc"):rep(80)) do codes = codes + i * c:byte() end
print(codes)
local function list(n) local l; for i = n, 1, -1 do l = { v = i, next = l } end return l end
local function nodes(head) return function(_, cur) if cur == nil then return head end return cur.next end end
local sum = 0
for node in nodes(list(200)) do sum = sum + node.v end
print(sum)
local function nested(n) local i, j = 1, 0; return function() j = j + 1; if j > i then i, j = i + 1, 1 end; if i <= n then return i, j end end end
local c = 0
for i, j in nested(20) do c = c + i * j end
print(c)
local fibs = {}
for a in (function() local a, b = 0, 1; return function() a, b = b, a + b; if a < 1000 then return a end end end)() do fibs[#fibs + 1] = a end
print(table.concat(fibs, " "))
