-- heavy
-- Runaway recursion is an error that can be caught, again and again.
local function forever(n) return 1 + forever(n + 1) end
for _ = 1, 2 do
  local ok, m = pcall(forever, 1)
  print(ok, type(m), m:find("stack overflow", 1, true) ~= nil)
end
local count = 0
local function deep() count = count + 1; deep(); count = count + 0 end
print(pcall(deep) == false, count > 1000)
local mt = {}
mt.__index = function(t, k) return t[k + 1] end
print((pcall(function() return setmetatable({}, mt)[1] end)))
local t = setmetatable({}, {})
getmetatable(t).__add = function(a, b) return a + b end
print((pcall(function() return t + 1 end)))
local loop = setmetatable({}, {})
getmetatable(loop).__index = loop
print(pcall(function() return loop.x end))
getmetatable(loop).__newindex = loop
print(pcall(function() loop.x = 1 end))
print((pcall(string.gsub, ("x"):rep(10), "x", function() return nil end)))
local function ok_after() return "still fine" end
print(ok_after(), pcall(ok_after))
local chain = {}
for i = 1, 50 do chain = setmetatable({}, { __index = chain }) end
print(chain.nothing)
local function nested(n) if n == 0 then error("bottom", 0) end return select(2, pcall(nested, n - 1)) end
print(nested(100))
