-- create, resume, yield, wrap, status, running, isyieldable and what they say about wrong uses.
local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c, d = coroutine.yield(a + b, "first")
  print("second", c, d)
  local n = select("#", coroutine.yield())
  print("third", n)
  return "done", nil, 3
end)
print(type(co), coroutine.status(co))
print(coroutine.resume(co, 1, 2))
print(coroutine.status(co))
print(coroutine.resume(co, "x"))
print(coroutine.resume(co, nil, nil, nil))
print(coroutine.status(co))
print(coroutine.resume(co))
print(coroutine.resume(coroutine.create(error), "e"))
print(coroutine.resume(coroutine.create(error), { 1 }) == false)

-- the main program
local main, is_main = coroutine.running()
print(type(main), is_main, coroutine.status(main), coroutine.isyieldable(), coroutine.isyieldable(main))
print(coroutine.resume(main))
print(pcall(coroutine.yield, 1))
print(select(2, pcall(coroutine.close, main)))
print(main == coroutine.running())

-- statuses from inside
local outer
outer = coroutine.create(function()
  local self, is_main = coroutine.running()
  print(self == outer, is_main, coroutine.status(outer), coroutine.status(main), coroutine.isyieldable(), coroutine.isyieldable(outer))
  print(coroutine.resume(outer))
  local inner = coroutine.create(function()
    print(coroutine.status(outer), coroutine.isyieldable(outer), coroutine.resume(outer))
    print(pcall(coroutine.close, outer))
  end)
  print(coroutine.resume(inner))
  print(coroutine.status(inner), coroutine.isyieldable(inner))
  print(select(2, pcall(coroutine.close, outer)))
end)
print(coroutine.resume(outer))

-- wrap
local gen = coroutine.wrap(function(n) for i = 1, n do coroutine.yield(i, i * i) end return "end" end)
print(gen(3)) print(gen()) print(gen()) print(gen())
print(pcall(gen))
print(select("#", coroutine.wrap(function() end)()))
for a, b in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, -i) end end) do io.write(a, " ", b, "; ") end
print()

-- wrong arguments
for _, name in ipairs { "create", "wrap", "resume", "status", "close", "isyieldable" } do
  print(pcall(coroutine[name]))
  if name ~= "isyieldable" then print(pcall(coroutine[name], 1)) end
end
print(pcall(coroutine.isyieldable, nil))
print(pcall(coroutine.create, setmetatable({}, { __call = print })))

-- native functions as bodies
print(coroutine.resume(coroutine.create(print), "printed", 1))
print(coroutine.resume(coroutine.create(coroutine.yield), 1, 2))
local y = coroutine.create(coroutine.yield)
print(coroutine.resume(y, "a")) print(coroutine.resume(y, "b", "c")) print(coroutine.resume(y))
print(coroutine.resume(coroutine.create(pcall), error, "x"))
print(coroutine.resume(coroutine.create(coroutine.resume), coroutine.create(function(...) return ... end), 1, 2, 3))
print(coroutine.wrap(coroutine.wrap)(print) ~= nil)

-- many values
local many = coroutine.wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, table.unpack({}, 1, n))) end
end)
for _, n in ipairs { 0, 1, 10, 100, 1000, 3 } do print(n, select("#", many(table.unpack({}, 1, n)))) end
