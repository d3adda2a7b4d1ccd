local function f() coroutine.yield(1) end
f()
