-- Upvalues mutated in loops, by the loop and by closures that the loop calls.
local n = 0
local function inc() n = n + 1 end
local function get() return n end
for i = 1, 400 do
  inc()
  if get() % 100 == 0 then n = n + 1 end
end
print(n)
local x, y = 0, 1
local function swap() x, y = y, x + y end
for i = 1, 60 do swap() end
print(x, y)
local mode = 1
local function work(i) if mode == 1 then return i elseif mode == 2 then return -i end return 0 end
local s = 0
for i = 1, 500 do
  if i == 200 then mode = 2 elseif i == 400 then mode = 3 end
  s = s + work(i)
end
print(s)
local fs = {}
for i = 1, 100 do
  local c = i
  fs[i] = function(d) c = c + d; return c end
end
local t = 0
for r = 1, 5 do for i = 1, 100 do t = t + fs[i](r) end end
print(t)
local v = 0
local function set(k) v = k end
for i = 1, 300 do
  set(i)
  if v ~= i then print("stale") end
  if i == 250 then set = function(k) v = -k end break end
end
set(9)
print(v)
local f = function(a) return a + 1 end
local function via(a) return f(a) end
local u = 0
for i = 1, 400 do
  if i == 300 then f = function(a) return a + 1000 end end
  u = via(u) % 100003
end
print(u)
local str = ""
local function append(p) str = str .. p end
for i = 1, 200 do append(i % 10) end
print(#str, str:sub(1, 12))
local w = 0
for i = 1, 100 do local function g() w = w + i; i = i + 1; return i end g() w = w + g() end
print(w)
