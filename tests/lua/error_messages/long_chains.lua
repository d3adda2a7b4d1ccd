-- An error at the end of a long chain of accesses: naming the value looks at a step or two of it.
local env = { t = setmetatable({}, { __index = function(t, k) if k == "y" then return nil end return t end }) }
print(pcall(load("local t = t return t" .. (".x"):rep(30000) .. ".y.z", "=chain", "t", env)))
print(pcall(load("local t = t return t" .. ("[1]"):rep(30000) .. ".y[2]", "=chain", "t", env)))
print(pcall(load("local t, k = t, 1 return t" .. ("[k]"):rep(30000) .. "['y'][k]", "=chain", "t", env)))
print(pcall(load("return t" .. ".x" .. "['y'][1]", "=chain", "t", env)), pcall(load("local _ENV = t; return x.y.z", "=chain", "t", env)))
print(pcall(load("local e = t; local k = 'y'; return e[k].z", "=chain", "t", env)), pcall(load("return (x).y", "=chain", "t", env)))
