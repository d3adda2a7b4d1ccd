-- A table does not keep the key of an entry alive that was erased. A traversal that erases goes on all the same.

local watched = setmetatable({}, { __mode = "k" })

local function new()
  local o = {}
  watched[o] = true
  return o
end

local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end

-- Few entries and many, erased one by one and at once.
local few, many, mixed = {}, {}, {}
do
  local a, b = new(), new()
  few[a], few[b] = 1, 2
  few[a], few[b] = nil, nil
  for _ = 1, 1000 do many[new()] = true end
  for k in pairs(many) do many[k] = nil end
  for i = 1, 50 do mixed[new()] = i mixed[i + 0.5] = new() mixed["field" .. i] = i end
  for k, v in pairs(mixed) do
    if type(k) == "table" or type(v) == "table" then mixed[k] = nil end
  end
end
collectgarbage()
collectgarbage()
print(count(watched), count(few), count(many), count(mixed))

-- Finalizers run though the table lives on.
local active, finalised = {}, 0
for _ = 1, 3 do
  local o = setmetatable({}, { __gc = function() finalised = finalised + 1 end })
  active[o] = true
  active[o] = nil
  o = nil
  collectgarbage()
  collectgarbage()
end
print(finalised, next(active))

-- Erased and collected in the middle of a traversal.
for _, collect in ipairs { "collect", "step" } do
  local t = {}
  for i = 1, 20 do t[{}] = i end
  local seen, sum = 0, 0
  for k, v in pairs(t) do
    t[k] = nil
    k = nil
    seen, sum = seen + 1, sum + v
    collectgarbage(collect)
  end
  print(seen, sum, next(t))
end

-- Entries are found again, where keys of others have died.
local t, kept = {}, {}
for round = 1, 20 do
  for i = 1, 40 do
    local o = {}
    t[o] = i
    if i % 3 == 0 then kept[#kept + 1] = o else t[o] = nil end
  end
  if round % 4 == 0 then collectgarbage() else collectgarbage("step") end
  for _, o in ipairs(kept) do assert(t[o] % 3 == 0) end
end
print(count(t), #kept)
print(next(few), next(many))
