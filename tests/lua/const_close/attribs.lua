-- <const> and <close> variables.
local x <const> = 5
local y <const>, z = 10, 20
local s <const> = "text"
local t <const> = { v = 1 }
t.v = t.v + x
print(x + y, z, s, t.v, -x, x // 2, not x)
local function f() return x * 2 + #s end
print(f())
local function scope(log)
  local a <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "a " .. tostring(e) end })
  local b <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "b " .. tostring(e) end })
  local c <close> = nil
  local d <close> = false
  log[#log + 1] = "body"
  return "result", #log
end
local log = {}
print(scope(log))
print(table.concat(log, ", "))
log = {}
for i = 1, 3 do
  local c <close> = setmetatable({}, { __close = function() log[#log + 1] = "close " .. i end })
  if i == 2 then goto continue end
  log[#log + 1] = "body " .. i
  ::continue::
end
print(table.concat(log, ", "))
log = {}
print(pcall(function()
  local a <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "a got " .. e; error("from a", 0) end })
  local b <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = "b got " .. tostring(e); error("from b", 0) end })
  error("body", 0)
end))
print(table.concat(log, ", "))
print(pcall(function() local bad <close> = {} end))
print(pcall(function() local bad <close> = 42 end))
log = {}
while true do
  local w <close> = setmetatable({}, { __close = function() log[#log + 1] = "while" end })
  break
end
do
  local d <close> = setmetatable({}, { __close = function() log[#log + 1] = "do" end })
end
print(table.concat(log, ", "))
local function multi()
  local c <close> = setmetatable({}, { __close = function() return "ignored" end })
  return 1, 2, 3
end
print(multi())
local function tail() local c <close> = setmetatable({}, { __close = function() log[#log + 1] = "late" end }); return (function() log[#log + 1] = "early" return "called" end)() end
print(tail(), table.concat(log, ", "))
