-- Errors through resume and wrap; positions; what stays of a coroutine that failed.
local function err(v, level) error(v, level) end
print(coroutine.resume(coroutine.create(function() err("plain") end)))
print(coroutine.resume(coroutine.create(function() err("caller", 2) end)))
print(coroutine.resume(coroutine.create(function() err("none", 0) end)))
print(coroutine.resume(coroutine.create(function() local t; t.x = 1 end)))
print(coroutine.resume(coroutine.create(function() err() end)))
local object = {}
print(select(2, coroutine.resume(coroutine.create(function() err(object) end))) == object)
print(select(2, pcall(coroutine.wrap(function() err(object) end))) == object)
print(pcall(coroutine.wrap(function() err(42) end)))
print(pcall(coroutine.wrap(function() err("msg", 0) end)))
print(pcall(coroutine.wrap(function() err("msg") end)))
print(pcall(function() coroutine.wrap(function() err("msg") end)() end))
print(pcall(function() coroutine.wrap(function() coroutine.wrap(function() err("nested") end)() end)() end))
print(pcall(function() local w = coroutine.wrap(function() end) w() w() end))
print(pcall(function() local w w = coroutine.wrap(function() w() end) w() end))

-- a failed coroutine is dead
local co = coroutine.create(function() coroutine.yield(1) err("late", 0) end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.status(co)) print(coroutine.resume(co))
print(coroutine.close(co)) print(coroutine.close(co)) print(coroutine.status(co))

-- variables that a failure leaves pending
local function closer(name, fail)
  return setmetatable({}, { __close = function(_, e) print("closing", name, e) if fail then err(fail, 0) end end })
end
co = coroutine.create(function() local a <close> = closer("a") local b <close> = closer("b") err("E", 0) end)
print(coroutine.resume(co)) print(coroutine.status(co))
print(coroutine.close(co)) print(coroutine.close(co))
co = coroutine.create(function() local a <close> = closer("a") local b <close> = closer("b", "from b") err("E", 0) end)
print(coroutine.resume(co)) print(coroutine.close(co)) print(coroutine.close(co))
print(pcall(coroutine.wrap(function() local a <close> = closer("a") local b <close> = closer("b", "from b") err("E", 0) end)))
local w = coroutine.wrap(function() local a <close> = closer("wrapped") coroutine.yield(1) err(true) end)
print(w(), select(2, pcall(w)), pcall(w))

-- closing what is suspended
co = coroutine.create(function() local a <close> = closer("a") local b <close> = closer("b") coroutine.yield("y") end)
print(coroutine.resume(co)) print(coroutine.close(co)) print(coroutine.status(co), coroutine.resume(co))
co = coroutine.create(function() local a <close> = closer("a", "A") local b <close> = closer("b", "B") coroutine.yield("y") end)
print(coroutine.resume(co)) print(coroutine.close(co)) print(coroutine.close(co))
co = coroutine.create(print)
print(coroutine.close(co), coroutine.status(co), coroutine.resume(co))

-- inside a closing method the coroutine is the running one, and can't yield
co = coroutine.create(function()
  local a <close> = setmetatable({}, { __close = function()
    print(coroutine.running() == co, coroutine.status(co), coroutine.isyieldable())
    print(pcall(coroutine.close, co))
    print(coroutine.resume(co))
    print(pcall(coroutine.yield))
    local s = 0
    for i = 1, 200 do s = s + #tostring(i) end
    print(s)
  end })
  coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co))

-- handlers do not reach over the border of a coroutine
print(xpcall(function() return coroutine.resume(coroutine.create(function() err("in", 0) end)) end, function() return "handler" end))
print(xpcall(function() return coroutine.wrap(function() err("in", 0) end)() end, function(m) return "handler " .. m end))

-- the values of a failed coroutine stay usable through what they captured
local get
co = coroutine.create(function() local n, t = 10, {} get = function() n = n + 1 t[#t + 1] = n return n, #t end err("x") end)
print(coroutine.resume(co))
for i = 1, 100 do local garbage = { i, tostring(i) } end
print(get()) print(get())
