-- rawset, rawget, setmetatable, getmetatable, select, math.* and table.move with arguments of all kinds, in hot loops.
local log = {}
local function note(...) log[#log + 1] = table.concat({ ... }, " ") end

local protected = setmetatable({}, { __metatable = "locked" })
local kinds = { {}, setmetatable({}, { x = 1 }), "text", 12, print, protected, setmetatable({}, { __metatable = false }) }
local counts = {}
for i = 1, 1400 do
  local value = kinds[i % #kinds + 1]
  local mt = getmetatable(value)
  local name = type(mt) == "table" and "table" or tostring(mt)
  counts[name] = (counts[name] or 0) + 1
end
local names = {}
for name, n in pairs(counts) do names[#names + 1] = name .. "=" .. n end
table.sort(names)
print(table.concat(names, " "))

local metatables = { { __index = { v = 1 } }, { __index = { v = 2 } }, { __gc = false, __index = { v = 4 } } }
local sum = 0
for i = 1, 900 do
  local object = setmetatable({}, metatables[i % 3 + 1])
  sum = sum + object.v
  if i % 2 == 0 then
    setmetatable(object, nil)
    sum = sum + (object.v == nil and 1 or 100)
  end
end
print(sum)

local failures = 0
for i = 1, 600 do
  local ok, message = pcall(setmetatable, i % 3 == 0 and protected or {}, {})
  if not ok then
    failures = failures + 1
    if failures == 1 then print(message) end
  end
end
print(failures)
local function protect(n)
  for i = 1, 600 do setmetatable(i == n and protected or {}, nil) end
end
print(pcall(protect, 599))

local class = {}
local instance = setmetatable({}, class)
local hits = 0
for i = 1, 800 do
  rawset(class, "__index", i > 400 and { late = 1 } or nil)
  hits = hits + (instance.late or 0)
  rawset(instance, i % 5, i)
  rawset(instance, "k" .. i % 3, i)
  hits = hits + rawlen(instance) % 2 + (rawget(instance, "k1") or 0) % 2 + (rawequal(instance, class) and 1 or 0)
end
print(hits)

local function pick(n, ...)
  return select(n, ...)
end
local total = 0
for i = 1, 900 do
  total = total + pick(i % 3 + 1, 1, 20, 300) + pick(-1, 5, i) + select("#", pick(2, nil, nil, nil)) + select("#")
end
print(total)
print(pcall(function()
  for i = 1, 600 do total = total + select(i < 599 and 1 or 0, 1) end
end))
print(total)

local acc = 0.0
for i = 1, 900 do
  acc = acc + math.max(i, 2.5, -i) + math.min(i, 3.0) + math.max(1, i) + math.min(0.5, i / 2, i)
end
print(acc)
local draws = {}
for round = 1, 2 do
  math.randomseed(42, 7)
  for i = 1, 500 do
    if i == 250 then math.randomseed(i) end
    draws[round] = (draws[round] or 0) + math.random(1000) + math.random(-3, 3) + (math.random(0) & 1)
  end
end
print(draws[1] == draws[2])

local source = {}
for i = 1, 20 do source[i] = i end
for i = 1, 700 do
  table.move(source, 2, 20, 1)
  source[20] = i
  local copy = table.move(source, 1, 20, 3, {})
  table.move(source, 1, 10, 5)
  acc = acc + copy[22] + source[14] + #copy
end
print(acc, table.concat(source, ","))
note("end")
print(log[1])
