-- Metatables of values that are no tables: what a hot loop does follows them when they change.
local N = 200
local function loop(f, n, change)
  local seen, order = {}, {}
  for i = 1, n do
    if i == n // 2 then change() end
    local r = tostring((f(i)))
    if not seen[r] then seen[r] = true; order[#order + 1] = r end
  end
  return table.concat(order, " ")
end

-- a function in string
local old = string.upper
print(loop(function() local s = "ab" return s:upper() end, N, function() string.upper = function() return "new" end end))
string.upper = old
print(loop(function() local s = "ab" return s.extra end, N, function() string.extra = "added" end))
print(loop(function() local s = "ab" return s.extra end, N, function() string.extra = nil end))
-- __index of the metatable
local mt = getmetatable("")
print(loop(function() local s = "ab" return s.len == string.len end, N, function() mt.__index = { len = 1 } end))
mt.__index = string
print(loop(function() local s = "ab" return s:len() end, N, function() mt.__index = function() return function() return "called" end end end))
mt.__index = string
-- another metatable
print(loop(function() local s = "ab" return s:len() end, N, function() debug.setmetatable("", { __index = { len = function() return "other" end } }) end))
debug.setmetatable("", mt)
print(loop(function() local s = "ab" return s:len() end, N, function() debug.setmetatable("", { __index = { len = function() return "again" end } }) end))
debug.setmetatable("", mt)
print(loop(function() local s = "ab" return (pcall(function() return s:len() end)) end, N, function() debug.setmetatable("", nil) end))
debug.setmetatable("", mt)
-- the text of a string
print(loop(function() return tostring("text") end, N, function() mt.__tostring = function() return "its text" end end))
print(loop(function() return tostring("text") end, N, function() mt.__tostring = nil end))
print(loop(function() return string.format("%s %s", "text", 1) end, N, function() mt.__tostring = function() return "its text" end end))
print(loop(function() return string.format("%s %s", "text", 1) end, N, function() mt.__tostring = nil end))

-- numbers, before and behind a table with the metamethod
local t = setmetatable({}, { __add = function() return "table" end, __lt = function() return true end, __le = function() return true end,
  __concat = function() return "table" end, __idiv = function() return "table" end, __band = function() return "table" end })
local numbers = { __add = function() return "number" end, __lt = function() return false end, __le = function() return false end,
  __concat = function() return "number" end, __tostring = function(n) return "a number" end, __len = function() return 42 end, __band = function() return "number" end,
  __index = function(n, k) return k end, __call = function(n, x) return "called" end }
local on, off = function() debug.setmetatable(0, numbers) end, function() debug.setmetatable(0, nil) end
for _, f in ipairs {
  function(i) return i + t end, function(i) return t + i end, function(i) return 1.5 + t end, function(i) return i < t end, function(i) return i <= t end,
  function(i) return t < i end, function(i) return i .. t end, function(i) return t .. i end, function(i) return tostring(i // i) end, 
  function(i) return string.format("%s", i // i) end, function(i) return i & t end, function(i) return 1 & t end, function(i) return 2.5 // t end,
  function(i) return pcall(function() return i.x end) end, function(i) return (pcall(function() return #i end)) end, function(i) return (pcall(function() return i(1) end)) end,
} do
  print(loop(f, N, on))
  print(loop(f, N, off))
end

-- nil, booleans, functions
local basic = { __add = function() return "basic" end, __lt = function() return false end, __concat = function() return "basic" end,
  __tostring = function() return "shown" end, __len = function() return 7 end, __index = function() return "indexed" end, __call = function() return "called" end, __name = "NAME" }
for _, value in ipairs { false, true, print, "nil" } do
  local name = type(value)
  if value == "nil" then value = nil name = "nil" end
  local on, off = function() debug.setmetatable(value, basic) end, function() debug.setmetatable(value, nil) end
  for _, f in ipairs {
    function() return value + t end, function() return t + value end, function() return value < t end, function() return value .. t end,
    function() return (tostring(value):gsub("0x%x+", ""):gsub("builtin.*", "")) end, function() return (pcall(function() return value.x end)) end,
    function() return (pcall(function() return #value end)) end, function() return select(2, pcall(function() return getmetatable(value) == basic end)) end,
    function() return (pcall(function() local r = 0 for x in value do r = x break end return r end)) end,
  } do
    print(name, loop(f, N, on))
    print(name, loop(f, N, off))
  end
end

-- Loops that stay the same, run before and after.
do
local function run(n)
  local c = 0
  local s = "ab"
  for i = 1, n do
    local r = s:len()
    if r == 2 then c = c + 1 end
  end
  return c
end
print(run(500))
debug.setmetatable("", { __index = { len = function() return 3 end } })
print(run(500))
debug.setmetatable("", mt)
local t = setmetatable({}, { __add = function() return 1 end,  __lt = function() return true end})
local numbers = { __add = function() return 2 end, __lt = function() return false end}
local function run(n)
  local c = 0
  for i = 1, n do
    c = c + (i + t)
    if i < t then c = c + 100 end
  end
  return c
end
print(run(500))
debug.setmetatable(0, numbers)
print(run(500))
local function run(n)
  local c = 0
  for i = 1, n do
    c = c + (i + t)
    if i < t then c = c + 100 end
  end
  return c
end
print(run(500))
debug.setmetatable(0, nil)
print(run(500))
end

-- userdata
local function same(n)
  local c = 0
  for i = 1, n do
    if io.stdout == io.stdout then c = c + 1 end
    if io.stdout == io.stderr then c = c + 1000 end
  end
  return c
end
print(same(200))
getmetatable(io.stdout).__eq = function() return true end
print(same(200))
