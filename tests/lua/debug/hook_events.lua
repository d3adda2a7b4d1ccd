-- The events of hooks: which, in which order, with which lines.
local function events(mask, count, f, ...)
  local out = {}
  debug.sethook(function(event, line)
    local t = debug.getinfo(2, "nS")
    out[#out + 1] = event .. (line and ":" .. line or "") .. (event == "line" and "" or "(" .. tostring(t.name) .. ")")
  end, mask, count)
  local ok, e = pcall(f, ...)
  debug.sethook()
  print(table.concat(out, " "))
  if not ok then print((tostring(e):gsub("^.-:%d+: ", ""))) end
end

local function leaf(a) return a end
local function tail(a) return leaf(a) end
local function vararg(...) return ... end
local function multi(a, b)
  local c = leaf(a)
  return vararg(c, b, leaf(b))
end
events("cr", 0, multi, 1, 2)
events("cr", 0, tail, 1)
events("cr", 0, function() return math.max(1, 2) end)
events("cr", 0, function() return pcall(leaf, 1) end)
events("cr", 0, function() local ok = pcall(error, "e") return ok end)
events("cr", 0, function() for _, v in ipairs({1}) do leaf(v) end end)
events("cr", 0, function() for k in pairs({x = 1}) do leaf(k) end end)
events("cr", 0, function() return #setmetatable({}, {__len = function() return 3 end}) end)
events("cr", 0, function() local x <close> = setmetatable({}, {__close = function() end}) return 1 end)
events("cr", 0, function() table.sort({2, 1}, function(a, b) return a < b end) end)
events("cr", 0, function() return tostring(setmetatable({}, {__tostring = function() return "t" end})) end)
events("c", 0, multi, 1, 2)
events("r", 0, multi, 1, 2)
events("l", 0, multi, 1, 2)
events("l", 0, function()
  local x = 0
  while x < 2 do
    x = x + 1
  end
  repeat x = x - 1 until x == 0
  for i = 1, 2 do
    x = x + i
  end
  for i = 1, 2 do x = x + i end
  if x > 100 then
    x = 0
  elseif x == 6 then
    x = 1
  else
    x = 2
  end
  goto over
  x = 5
  ::over::
  local f = function()
    return x
  end
  f()
  return f()
    + 1
end)
events("crl", 0, function()
  local co = coroutine.wrap(function() coroutine.yield(1) end)
  co()
end)

-- errors in hooks end what runs
local ok, e = pcall(function()
  debug.sethook(function() debug.sethook() error("from the hook") end, "l")
  return 1
end)
debug.sethook()
print(ok, (e:gsub("^.-:%d+: ", "")))

-- a hook is not called while it runs, and can take itself away
local depth, most = 0, 0
debug.sethook(function()
  depth = depth + 1
  most = math.max(most, depth)
  leaf(1)
  depth = depth - 1
end, "crl")
leaf(2)
debug.sethook()
print(most)
local calls = 0
debug.sethook(function() calls = calls + 1 debug.sethook() end, "l")
local x = 1
x = 2
x = 3
print(calls, debug.gethook())

-- yields are refused inside
local co = coroutine.create(function()
  debug.sethook(function() coroutine.yield() end, "l")
  local y = 1
  return y
end)
print(coroutine.resume(co))

-- each coroutine has its own; a new one is made with the events of its maker, and no function
local function nothing() end
debug.sethook(nothing, "cr", 5)
local other = coroutine.create(function() return debug.gethook() end)
print(debug.gethook() == nothing, select(2, debug.gethook()))
print(select(2, debug.gethook(other)))
debug.sethook(other, nothing, "l")
print(debug.gethook(other) == nothing, select(2, debug.gethook(other)))
debug.sethook()
print(debug.gethook(), debug.gethook(other) == nothing)
debug.sethook(other)
print(debug.gethook(other))
print(pcall(debug.sethook, 1))
print(pcall(debug.sethook, 1, "l"))
print(pcall(debug.sethook, nothing))
print(pcall(debug.sethook, nothing, "l", {}))
print(getmetatable(debug.getregistry()._HOOKKEY).__mode)

-- collections inside hooks find everything
debug.sethook(function() collectgarbage() end, "crl")
local list = {}
for i = 1, 5 do
  local item = {tostring(i)}
  list[#list + 1] = select(2, pcall(function(...) return {...}, item end, i, {i}))
end
local function spread(...) return ..., list end
local packed = {spread(table.unpack(list))}
debug.sethook()
print(#list, list[5][1], #packed, packed[6] == list)
