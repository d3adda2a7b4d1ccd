-- Locals of running functions: by level, extra arguments, parameters of functions, temporaries, captured ones.
local function dump(level)
  local out = {}
  for i = 1, 100 do
    local name, value = debug.getlocal(level + 1, i)
    if not name or name:find("^%(") then break end
    out[#out + 1] = name .. "=" .. tostring(value)
  end
  return table.concat(out, " ")
end

local function f(a, b, ...)
  local c = a + b
  local kept = function() return c end
  do
    local inner, other = "in", {}
    other[1] = inner
    print((dump(1):gsub("0x%x+", "PTR"):gsub("%d%d%d%d+", "N")))
  end
  local d
  print((dump(1):gsub("0x%x+", "PTR")))
  print(debug.getlocal(1, -1))
  print(debug.getlocal(1, -2))
  print(debug.getlocal(1, -3))
  print(debug.setlocal(1, -2, "changed"), (select(2, ...)))
  print(debug.setlocal(1, 3, "new c"), c, kept())
  print(debug.setlocal(1, 5, "new d"), d)
  print(debug.setlocal(1, 200, "nothing"))
end
f(1, 2, "x", "y")

-- dead variables in scope keep their values
local function unused(t)
  local list = {10, 20}
  local text = ("ab"):rep(3)
  collectgarbage()
  return (dump(1):gsub("0x%x+", "PTR"))
end
print(unused({}))

-- parameters without a call
local function params(one, two, ...) local three end
print(debug.getlocal(params, 1), debug.getlocal(params, 2), debug.getlocal(params, 3), debug.getlocal(params, 0))
print(debug.getlocal(print, 1), debug.getlocal(function() end, 1))

-- natives
print(debug.getlocal(0, 1))
print(debug.getlocal(0, 2))
print(debug.getlocal(0, 3))

-- loops
for i = 1, 2 do
  local square = i * i
  print(i, debug.getlocal(1, 4 + 4), debug.setlocal(1, 8, "set"), i)
  if false then print(square) end
end
for k, v in next, {5} do
  print((dump(1):match("k=.*")))
  debug.setlocal(1, 9, "other")
  print(k, v)
end

print(pcall(debug.getlocal, 100, 1))
print(pcall(debug.setlocal, 100, 1, 1))
print(pcall(debug.getlocal, -1, 1))
print(pcall(debug.getlocal))
print(pcall(debug.getlocal, 1))
print(pcall(debug.setlocal, 1, 1))
print(pcall(debug.getlocal, "x", 1))

-- coroutines
local co = coroutine.create(function(a, b)
  local c = a .. b
  local d = coroutine.yield(c)
  print(a, b, c, d)
  return function() return a end
end)
coroutine.resume(co, "p", "q")
print(debug.getlocal(co, 1, 1))
print(debug.getlocal(co, 1, 3))
print(debug.setlocal(co, 1, 2, "changed"), debug.setlocal(co, 1, 3, {} and "table"))
print(debug.setlocal(co, 1, 50, 1))
collectgarbage()
coroutine.resume(co, "resumed")
print(pcall(debug.getlocal, co, 1, 1))
