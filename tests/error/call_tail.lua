local t = {}
local function f() return t.go() end
f()
