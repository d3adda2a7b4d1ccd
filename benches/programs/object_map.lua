-- Measures: a hash map from strings and numbers to objects, with entries that come and go.
-- Group: escape
local n = tonumber(arg and arg[1]) or 300000
local LIVE = 5000

local seed = 3
local function random(limit)
  seed = (seed * 3877 + 29573) % 139968
  return seed % limit
end

local names = {}
for i = 0, 999 do
  names[i] = "name" .. i
end

local by_number, by_name = {}, {}
local size, updates, removals = 0, 0, 0
for i = 1, n do
  local id = random(2 * LIVE)
  local found = by_number[id]
  if not found then
    local object = { id = id, name = names[id % 1000], count = 1, tags = { i % 3, i % 5 } }
    by_number[id] = object
    by_name[object.name] = object
    size = size + 1
  elseif found.count < 3 then
    found.count = found.count + found.tags[1]
    found.tags = { found.tags[2], i % 7 }
    updates = updates + 1
  else
    by_number[id] = nil
    if by_name[found.name] == found then
      by_name[found.name] = nil
    end
    size, removals = size - 1, removals + 1
  end
end

local total, known = 0, 0
for id, object in pairs(by_number) do
  total = (total + id * object.count) % 1000003
end
for i = 0, 999 do
  local object = by_name[names[i]]
  if object then
    known = known + object.id
  end
end
print(size, updates, removals, total, known)
