-- Hot loops over arrays with holes, fields that come and go, absent keys.
local t = {}
for i = 1, 300 do if i % 7 ~= 0 then t[i] = i end end
local present, absent = 0, 0
for i = 1, 310 do
  if t[i] == nil then absent = absent + 1 else present = present + t[i] end
end
print(present, absent)
local objs = {}
for i = 1, 120 do objs[i] = { id = i, opt = i % 4 == 0 and i or nil } end
local s = 0
for r = 1, 3 do
  for i = 1, 120 do s = s + (objs[i].opt or 1) end
end
print(s)
local o = { n = 0 }
for i = 1, 300 do
  if i % 10 == 0 then o.extra = i elseif i % 10 == 5 then o.extra = nil end
  o.n = o.n + (o.extra and 1 or 0)
end
print(o.n, o.extra)
local d = {}
for i = 1, 400 do
  local k = i % 13
  d[k] = not d[k] and i or nil
end
local c = 0
for k = 0, 12 do c = c + (d[k] or 0) end
print(c)
local miss = 0
for i = 1, 200 do if not o["k" .. i % 5] then miss = miss + 1 end if i == 150 then o.k3 = true end end
print(miss)
local a = {}
for i = 1, 200 do a[i] = i end
for i = 1, 200, 2 do a[i] = nil end
local n = 0
for i = 1, 200 do n = n + (a[i] and 1 or 0) end
print(n)
local neg = 0
for i = -50, 50 do neg = neg + (a[i] or 7) end
print(neg)
