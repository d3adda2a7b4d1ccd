-- load with strings and functions, environments, chunk names, varargs.
print(load("return 1 + 1")(), load("return ...")(1, 2), select("#", load("")()))
print(load("x ="), load("x =", "=name"), load("x =", "@file.lua"), load("x =", "text"))
local parts, i = { "return ", "4", "2", "" }, 0
print(load(function() i = i + 1; return parts[i] end)())
print(pcall(load(function() return nil end)))
print(pcall(load, function() error("reader", 0) end))
print(load("a = 5; return a", "c", "t", {})(), a)
local env = { print = print }
load("b = 1; function f() b = b + 1; return b end", "=c", "t", env)()
print(env.b, env.f(), env.f(), env.b, b)
print(load("return _ENV", "=c", "t", env)() == env, load("return x", "=c", "t", { x = 3 })())
print(load("\27Lua", "bin", "t"))
print(load("return 1", "bin", "b"))
local f = load("local a = ...; return function() a = a + 1; return a end")
local g, h = f(1), f(10)
print(g(), g(), h(), g())
print(pcall(load("error('oops')", "=my chunk")))
print(pcall(load("local t = nil; return t.x", "@dir/my.lua")))
local s = 0
for k = 1, 60 do s = s + load("return " .. k .. " * 2")() end
print(s)
print(load("#!shebang\nreturn 1"))
print(load("return 1 -- comment without newline")(), load(" \n\t ")())
print(dofile == nil or type(dofile), loadstring)
