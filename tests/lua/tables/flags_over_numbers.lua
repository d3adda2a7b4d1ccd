-- Loops that write flags over numbers and over other flags: what a slot held before must not show in them.
local function fill(n)
  local a, fields, stack = {}, {}, {}
  for i = 1, n do
    a[i] = i * 3
    fields[i] = { first = i, second = i + 0.5 }
  end
  -- Elements: numbers become true, false, nil.
  for i = 1, n do
    if i % 3 == 0 then
      a[i] = true
    elseif i % 3 == 1 then
      a[i] = false
    end
  end
  for i = 1, n do
    fields[i].first = i % 2 == 0
    fields[i].second = nil
  end
  return a, fields
end

local a, fields = fill(600)
local counts = {}
for i = 1, #a do
  local key = a[i]
  if type(key) == "number" then
    key = "number"
  end
  counts[key] = (counts[key] or 0) + 1
end
print(counts[true], counts[false], counts.number)
print(a[3] == a[6], a[3] == true, a[1] == a[4], a[1] == a[3], a[4] == false, rawequal(a[3], a[9]), rawequal(a[1], a[3]))

local equal, unequal, nils = 0, 0, 0
for i = 2, #fields do
  local one, other = fields[i - 1], fields[i]
  if one.first == other.first then
    equal = equal + 1
  else
    unequal = unequal + 1
  end
  if one.second == other.second and one.second == nil and rawequal(one.second, nil) then
    nils = nils + 1
  end
end
print(equal, unequal, nils)

-- As keys, they find each other whatever they were stored over.
local seen = { [true] = "yes", [false] = "no" }
local words = {}
for i = 1, 12 do
  words[#words + 1] = seen[a[i]] or tostring(a[i])
end
print(table.concat(words, " "))
for i = 1, #a do
  if type(a[i]) == "boolean" then
    seen[a[i]] = i
  end
end
print(seen[true], seen[false])
local keys = 0
for key in pairs(seen) do
  keys = keys + 1
end
print(keys, next({ [a[3]] = 1 }), table.unpack(a, 1, 4))
print(string.format("%s %s", a[3], a[1]), #table.pack(a[1], a[3]), select("#", table.unpack(a, 1, 7)))

-- New objects take the place of dead ones: their empty fields are nil.
local total = 0
for round = 1, 400 do
  local objects = {}
  for i = 1, 20 do
    local object = { x = i, y = nil, z = nil }
    objects[i] = object
    if object.y == nil and object.z == nil and object.y == object.z then
      total = total + 1
    end
    object.y = i % 2 == 0
    if i > 1 and object.y == objects[i - 1].y then
      total = total + 1000
    end
  end
end
print(total)

-- Captured variables and arguments.
local flag = 7
local function set(value)
  flag = value
end
local trues = 0
for i = 1, 500 do
  set(i)
  set(i % 2 == 0)
  if flag == true then
    trues = trues + 1
  end
end
print(trues, flag, flag == a[3])
