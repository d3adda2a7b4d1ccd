-- Every field of getinfo, for levels, functions and natives; bad options.
local function show(t, ...)
  local out = {}
  for _, name in ipairs({...}) do out[#out + 1] = name .. "=" .. tostring(t[name]) end
  print(table.concat(out, " "))
end

local function probe(a, b, ...)
  local t = debug.getinfo(1)
  show(t, "name", "namewhat", "what", "linedefined", "lastlinedefined", "currentline", "nups", "nparams", "isvararg",
    "istailcall", "ftransfer", "ntransfer")
  return t
end
local t = probe(1, 2, 3)
assert(t.func == probe)
print(t.short_src == t.source:sub(2))
show(debug.getinfo(probe), "name", "namewhat", "what", "currentline", "istailcall")
show(debug.getinfo(print), "name", "namewhat", "what", "source", "short_src", "linedefined", "lastlinedefined",
  "currentline", "nups", "nparams", "isvararg")
show(debug.getinfo(1, "S"), "what", "linedefined", "lastlinedefined")
show(debug.getinfo(2, "S"), "what", "source")
print(debug.getinfo(-1), debug.getinfo(1000))

-- only what was asked for
for _, options in ipairs({"S", "l", "n", "u", "t", "r", "f", "L", ""}) do
  local keys = {}
  for key in pairs(debug.getinfo(probe, options)) do keys[#keys + 1] = key end
  table.sort(keys)
  print(options, table.concat(keys, " "))
end
print(pcall(debug.getinfo, print, "X"))
print(pcall(debug.getinfo, 1, ">S"))
print(pcall(debug.getinfo, print, "S>"))
print(pcall(debug.getinfo))
print(pcall(debug.getinfo, "1", {}))
print(pcall(debug.getinfo, {}))

-- names
local object = {}
function object:method() return debug.getinfo(1, "n") end
function object.field() return debug.getinfo(1, "n") end
function globally() return debug.getinfo(1, "n") end
local function locally() local t = debug.getinfo(1, "n") return t end
local function tail() return locally() end
local function upvalue() local t = locally() return t end
for _, f in ipairs({
  function() local t = object:method() return t end,
  function() local t = object.field() return t end,
  function() local t = globally() return t end,
  upvalue,
  tail,
  function() local t = (locally)() return t end,
}) do
  local t = f()
  print(t.namewhat, t.name)
end
local names = {}
local meta = {}
for _, event in ipairs({"add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot",
  "concat", "len", "eq", "lt", "le", "index", "newindex", "call", "close"}) do
  meta["__" .. event] = function()
    local t = debug.getinfo(1, "n")
    names[#names + 1] = event .. ":" .. tostring(t.namewhat) .. ":" .. tostring(t.name)
    return false
  end
end
local x, y = setmetatable({}, meta), setmetatable({}, meta)
local _ = x + y, x - y, x * y, x / y, x % y, x ^ y, -x, x // y, x & y, x | y, x ~ y, x << y, x >> y, ~x, x .. y, #x
_ = x == y, x < y, x <= y, x.field
x.field = 1
do local c <close> = x end
print(table.concat(names, "\n"))
for i in function() print(debug.getinfo(1, "n").name, debug.getinfo(1, "n").namewhat) end do end

-- active lines
local function lines(f)
  local keys = {}
  for line in pairs(debug.getinfo(f, "L").activelines) do keys[#keys + 1] = line end
  table.sort(keys)
  return table.concat(keys, " ")
end
print(lines(function(a, ...)

  local b = 1

  return function() return b end
end))
print(lines(function(a)
  local f = function() return a end
  if a then
    a = 2
  end
end))
print(debug.getinfo(print, "L").activelines)

-- transfers
local function callee(a, b, ...) return a, ..., b end
local log = {}
debug.sethook(function(event)
  local t = debug.getinfo(2, "rfn")
  if t.func == callee or t.func == math.max then
    local values = {}
    for i = t.ftransfer, t.ftransfer + t.ntransfer - 1 do
      values[#values + 1] = tostring(select(2, debug.getlocal(2, i)))
    end
    log[#log + 1] = event .. " " .. t.name .. " " .. table.concat(values, ",")
  end
end, "cr")
callee(1, 2, 3, 4)
math.max(4, 7, 5)
debug.sethook()
print(table.concat(log, "\n"))
