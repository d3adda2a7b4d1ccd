-- Mutation after the exit point continues on the same object; stores before and after a snapshot keep their order.
local out = {}
for i = 1, 300 do
  local o = { a = 1, b = 2 }
  o.a = i
  if i % 100 == 0 then out[#out + 1] = o end
  o.a = o.a + 0.5
  o.b = "late"
  o.c = i
end
for _, o in ipairs(out) do io.write(o.a, " ", o.b, " ", o.c, "; ") end
print()
local log = {}
for i = 1, 300 do
  local t = { 1, 2, 3 }
  t[2] = i
  if i == 250 then log[1] = t[1] .. "," .. t[2] .. "," .. t[3]; log.t = t end
  t[2] = nil
  t[3] = -i
end
print(log[1], log.t[1], log.t[2], log.t[3])
local v
for i = 1, 300 do
  local o = setmetatable({ x = i }, { __index = { y = 7 } })
  if i > 200 then setmetatable(o, nil) end
  if i == 280 then v = o end
end
print(v.x, v.y, getmetatable(v))
local M = { __index = function() return "meta" end }
for i = 1, 300 do
  local o = setmetatable({ x = i }, M)
  setmetatable(o, nil)
  if i == 290 then v = o end
  setmetatable(o, M)
  o.x = nil
end
print(v.x, rawget(v, "x"), v.z)
local r
for i = 1, 300 do
  local o = { k = i }
  o.k = nil
  if i == 270 then r = o end
  if i % 2 == 0 then o.k = "again" end
end
print(r.k, next(r))
local cnt = 0
for i = 1, 300 do
  local o = { n = 0 }
  for j = 1, 3 do o.n = o.n + j; if i == 200 and j == 2 then r = o end end
  cnt = cnt + o.n
end
print(cnt, r.n)
