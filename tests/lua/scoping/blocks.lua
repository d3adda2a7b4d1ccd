-- Shadowing, block scopes, the scope of repeat, of for and of local functions.
local x = 1
do
  local x = x + 1
  print(x)
  do local x = x * 10; print(x) end
  print(x)
end
print(x)
local x = x + 100
print(x)
local function f() return x end
local x = "new"
print(f(), x)
local i = "outer"
for i = 1, 2 do local i = i * 2; io.write(i, " ") end
print(i)
repeat local done = true; local n = 5 until done and n == 5
local function rec(n) if n > 0 then return rec(n - 1) end return "own name" end
print(rec(3))
local g = function() return g end
print(g())
local a, a = 1, 2
print(a)
local function params(a, b, a) return a, b end
print(params(1, 2, 3))
if true then local y = 1 end
print(y)
function global_one() return "g1" end
local function user() return global_one() end
print(user())
global_one = function() return "g2" end
print(user(), _G.global_one == global_one)
global_one = nil
print(pcall(user))
