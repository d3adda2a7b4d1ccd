-- heavy
-- Nesting that ends with an error: resumes, protected calls, native functions, closes, message handlers.
local function overflow(ok, message) return ok, type(message) == "string" and string.find(message, "stack overflow") ~= nil or message end

local depth = 0
local function nest() depth = depth + 1 local co = coroutine.create(nest) return coroutine.resume(co) end
local r = table.pack(nest())
print(r[r.n], depth > 150 and depth < 250)

depth = 0
local function wrapped() depth = depth + 1 return coroutine.wrap(wrapped)() end
print(overflow(pcall(wrapped)))
print(depth > 150 and depth < 250)

depth = 0
local function protected() depth = depth + 1 return pcall(protected) end
r = table.pack(protected())
print(r.n, r[r.n - 1], r[r.n], depth)
r = table.pack(pcall(pcall, pcall, pcall, error, "x"))
print(r.n, r[r.n])

depth = 0
local function handled() depth = depth + 1 return xpcall(handled, function(m) return m end) end
r = table.pack(handled())
print(r[r.n - 1], depth > 150 and depth < 250)

depth = 0
local function gsub() depth = depth + 1 return (string.gsub("a", ".", gsub)) end
print(overflow(pcall(gsub)))
print(depth > 150 and depth < 250)

depth = 0
local function sort() depth = depth + 1 table.sort({ 1, 2, 3 }, function(a, b) sort() return a < b end) end
print(overflow(pcall(sort)))

local t = setmetatable({}, {})
getmetatable(t).__tostring = function() return string.format("%s", t) end
print(overflow(pcall(tostring, t)))

local mt = {}
local object = setmetatable({}, mt)
mt.__index = function(o, k) return o[k + 1] end
mt.__add = function(a, b) return a + b end
mt.__eq = function(a, b) return a == b end
mt.__concat = function(a, b) return a .. b end
mt.__close = function() local x <close> = object end
print(overflow(pcall(function() return object[1] end)))
print(overflow(pcall(function() return object + 1 end)))
print(overflow(pcall(function() return object == setmetatable({}, mt) end)))
print(overflow(pcall(function() return object .. "x" end)))
print(overflow(pcall(function() local x <close> = object end)))
mt.__index = function(o, k) if k == 0 then return 0 end return 1 + o[k - 1] end
print(object[150])
local sum = 0
for i = 1, 300 do sum = sum + object[i % 7] end
print(sum)

-- functions that call each other have the whole stack
local function count(n) if n == 0 then return 0 end return 1 + count(n - 1) end
print(count(150000))
print(overflow(pcall(function() local function f() return 1 + f() end return f() end)))
print(coroutine.wrap(function() return count(100000) end)())
print(overflow(coroutine.resume(coroutine.create(function() local function f() return 1 + f() end return f() end))))

-- protected calls one after the other do not nest
local s = 0
for i = 1, 1000 do local ok, v = pcall(function() return i end) if ok then s = s + v end pcall(error) end
print(s)
local co = coroutine.wrap(function() for i = 1, 1000 do pcall(function() coroutine.yield(i) error("e") end) end return "end" end)
for i = 1, 1000 do co() end
print(co())

-- handlers that fail
print(xpcall(error, error))
print(xpcall(function() error("x", 0) end, function(m) error("again", 0) end))
local function loop() return 1 + loop() end
print(xpcall(loop, loop))
print(xpcall(loop, function(m) return overflow(false, m) end))
print(xpcall(loop, function(m) print(overflow(pcall(loop))) return 15 end))

-- a chain of closes
local chain = false
for i = 1, 1000 do
  local previous = chain
  chain = coroutine.create(function()
    local c <close> = setmetatable({}, { __close = function() if previous then assert(coroutine.close(previous)) end end })
    coroutine.yield()
  end)
  coroutine.resume(chain)
end
print(overflow(coroutine.close(chain)))

-- values between stacks
print(coroutine.resume(coroutine.create(function(...) return select("#", ...) end), table.unpack({}, 1, 100000)))
print(select("#", coroutine.resume(coroutine.create(function() return table.unpack({}, 1, 100000) end))))
