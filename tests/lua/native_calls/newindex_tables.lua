-- Stores that go to the table in `__newindex`, by name and by computed keys, in hot loops.
local store = {}
local front = setmetatable({}, { __newindex = store })
for i = 1, 300 do
  front.last = i
  front[i] = i * 2
  front["k" .. i % 5] = i
end
print(rawget(front, "last"), store.last, #store, store.k3, next(front))

-- Through two tables, and past a field that exists on the way.
local ground = { here = 0 }
local middle = setmetatable({ here = 1 }, { __newindex = ground })
local top = setmetatable({}, { __newindex = middle })
for i = 1, 300 do
  top.here = i
  top.deep = i + 1
  if i == 200 then
    middle.here = nil
  end
end
print(middle.here, ground.here, ground.deep, rawget(top, "here"))

-- The handler changes while the loop is hot: from a table to a function and back.
local seen = 0
local meta = { __newindex = store }
local object = setmetatable({}, meta)
for i = 1, 600 do
  if i == 200 then
    meta.__newindex = function(_, k, v) seen = seen + v end
  elseif i == 400 then
    meta.__newindex = ground
  end
  object.field = i
end
print(store.field, seen, ground.field, rawget(object, "field"))

-- A chain that comes back to where it began.
local a, b = {}, {}
setmetatable(a, { __newindex = b })
setmetatable(b, { __newindex = a })
local failures = 0
for i = 1, 100 do
  local ok = pcall(function() a.x = i end)
  if not ok then
    failures = failures + 1
  end
end
print(failures)
