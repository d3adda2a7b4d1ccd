-- _ENV as an upvalue, a local and a parameter; _G.
print(_ENV == _G, _G._G == _G)
x_global = 5
print(_ENV.x_global, _G["x_global"], rawget(_G, "x_global"))
local function with(env) local _ENV = env; y = x and x + 1 or "no x"; return y end
local e = { x = 10 }
print(with(e), e.y, y)
local function param(_ENV) z = 1; return z end
local t = {}
print(param(t), t.z, z)
do
  local print = print
  local _ENV <const> = setmetatable({}, { __index = function(_, k) return "<" .. k .. ">" end })
  print(anything, other)
end
local log = {}
setmetatable(_G, { __newindex = function(t, k, v) log[#log + 1] = k; rawset(t, k, v) end, __index = function(_, k) return "missing " .. k end })
new_one = 1
new_one = 2
print(table.concat(log, " "), new_one, not_there)
setmetatable(_G, nil)
print(not_there)
local chunk = load("a = 1; b = a + (c or 5); return b", "=c", "t", { c = 10 })
print(chunk())
print(pcall(load("return print", "=c", "t", {})))
local count = 0
counter_global = 0
for i = 1, 300 do counter_global = counter_global + i end
print(counter_global)
x_global, counter_global, new_one = nil, nil, nil
