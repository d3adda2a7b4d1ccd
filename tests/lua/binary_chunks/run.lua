-- Dumped functions run as they did, with upvalues of their own, and in loops that get hot.
local function again(f, ...) return assert(load(string.dump(f), ...)) end
local function sum(n, ...)
  local total, list = 0, { ... }
  for i = 1, n do total = total + i * (list[i % 3 + 1] or 0.5) end
  for x = 1.0, 2.0, 0.25 do total = total + x end
  for _, v in ipairs(list) do total = total - v end
  for k in pairs { a = 1 } do total = total .. k end
  return total, select("#", ...)
end
print(again(sum)(200, 1, 2, 3))
local a, b = 20, 30
local g = again(function(what) if what == "set" then a = 10; b = (b or 0) + 1 else return a, b end end)
print(select("#", g())); print(pcall(g, "set"), a, b)
local nested = again(load [[
  local n = ...
  local function fib(k) if k < 2 then return k end return fib(k - 1) + fib(k - 2) end
  local t = setmetatable({}, { __index = function(_, k) return k * n end, __close = function() print "closed" end })
  do local c <close> = t; local d <const> = 5; print(c[d], fib(15)) end
  for i = 1, 3 do if i == 2 then goto continue end print(i) ::continue:: end
  local fs = {}
  for i = 1, 3 do fs[i] = function() i = i + n; return i end end
  print(fs[1](), fs[1](), fs[3]())
  return { x = 1, y = { 2, 3, n = fib }, "z" .. n .. 1.5, -0.0, math.mininteger, "\0\255", 1e308 * 10 }
]])
local t = nested(7)
print(t.x, t.y[2], t.y.n(10), t[1], t[2], t[3], #t[4], t[5])
print(again(function() return x end, "name", "b", { x = "from env" })())
print(again(function() return 1 end, nil, "b", {})())
print(pcall(again(function() return 1 end)))
local stripped = load(string.dump(function(a) return a + 1 end, true))
print(stripped(3), select(2, pcall(stripped, {})))
print(select(2, pcall(load(string.dump(function() error "text" end, true)))))
print(select(2, pcall(load(string.dump(function() local v; v.x = 1 end)))))
-- A captured parameter gets its cell after the function has begun.
local add = again(function(x) return function(y) x = x + y; return x end end)(5)
print(add(1), add(2))
