-- Many live objects while many others die: records, arrays, strings, closures.
local live = {}
for i = 1, 800 do
  live[i] = { id = i, name = "obj" .. i, list = { i, i * 2, i * 3 }, get = function() return i end }
  for j = 1, 5 do local dead = { j, tostring(j), { j } } end
end
local s, n = 0, 0
for i, o in ipairs(live) do
  assert(o.id == i and o.name == "obj" .. i and o.get() == i)
  s, n = s + o.list[1] + o.list[2] + o.list[3], n + #o.name
end
print(s, n)
for i = 1, 800, 2 do live[i] = false end
local again = {}
for i = 1, 500 do again[i] = { live[i * 2 % 800 + 1] or nil, ("x"):rep(i % 20) } end
local c = 0
for i, o in ipairs(again) do c = c + #o[2] + (o[1] and o[1].id or 0) end
print(c)
local old = { v = 0 }
for i = 1, 1000 do old = { v = old.v + 1, prev = i % 100 == 0 and old or nil } end
print(old.v)
