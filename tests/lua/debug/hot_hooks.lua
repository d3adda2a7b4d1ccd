-- Hooks and code that runs hot: before, while and after it is compiled.
local function spin(n)
  local x = 0
  for i = 1, n do
    x = x + i % 3
  end
  return x
end
print(spin(500))
local lines = 0
debug.sethook(function() lines = lines + 1 end, "l")
print(spin(100))
debug.sethook()
print(lines > 200)
print(spin(500))

-- a count hook ends an endless loop that is compiled already
local function forever(stop)
  local n = 0
  while not (stop and n > 300) do n = n + 1 end
  return n
end
print(forever(true))
debug.sethook(function() error("stopped", 0) end, "", 1000)
print(pcall(forever, false))
debug.sethook()
debug.sethook(function() error("stopped too", 0) end, "", 1000)
print(pcall(function() while true do end end))
print(pcall(function() repeat until false end))
print(pcall(function() for i = 1, math.huge do end end))
print(pcall(function() local function f() return f() end return f() end))
print(pcall(function() goto again ::again:: goto again end))
debug.sethook()

-- a hook set in the middle of a hot loop, by a function that it calls
local seen = {}
local function maybe(i)
  if i == 200 then
    debug.sethook(function(event, line) seen[#seen + 1] = event end, "l")
  elseif i == 203 then
    debug.sethook()
  end
  return i
end
local sum = 0
for i = 1, 400 do
  sum = sum + maybe(i)
end
print(sum, #seen > 3, #seen < 40)

-- call hooks see functions that traces had inlined
local function inner(x) return x + 1 end
local function outer(x) return inner(x) * 2 end
local t = 0
for i = 1, 300 do t = t + outer(i) end
local calls = 0
debug.sethook(function() calls = calls + 1 end, "c")
for i = 1, 10 do t = t + outer(i) end
debug.sethook()
print(t, calls)

-- locals of frames that were rebuilt from compiled code
local names = {}
local function look(level)
  for i = 1, 20 do
    local name, value = debug.getlocal(level + 1, i)
    if not name or name:find("^%(") then break end
    if type(value) ~= "function" and type(value) ~= "table" then names[#names + 1] = name .. "=" .. tostring(value) end
  end
end
local function middle(a, i)
  local b = a * 2
  local c = "s" .. i
  if i == 250 then look(2) look(3) end
  return b
end
local function top(limit)
  local total, last = 0, nil
  for i = 1, limit do
    local before = total
    total = total + middle(i, i)
    last = i
  end
  return total
end
print(top(300))
print(table.concat(names, " "))

-- and changes to them
local function change(i)
  if i == 150 then debug.setlocal(2, 2, 1000) end
  if i == 170 then debug.setlocal(2, 6, 7) end
  return 0
end
local function changed(limit)
  local acc = 0
  for i = 1, limit do
    acc = acc + change(i) + 1
    if i == 7 and limit > 10 and acc > 20 then acc = acc + 100000 end
  end
  return acc
end
print(changed(300))

-- a captured variable of a running hot loop
local function poke(i) if i == 150 then debug.setlocal(2, 1, 500) end end
local function captured()
  local n = 0
  local function add() n = n + 1 end
  for i = 1, 300 do
    add()
    poke(i)
  end
  return n
end
print(captured())
