-- Weak tables: keys, values, both, ephemerons, a change of mode, strings and numbers, entries without a value.
collectgarbage("stop")
local function collect() collectgarbage() collectgarbage() end
local function size(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end

local keep = {}
local w = setmetatable({}, {__mode = "k"})
for i = 1, 20 do w[{}] = i end
for i = 1, 20 do w[i] = {i} end
w[keep] = "kept"
collect()
print(size(w), w[keep], w[7][1])

w = setmetatable({}, {__mode = "v"})
for i = 1, 20 do w[i] = {} end
for i = 1, 20 do w["s" .. i] = {} w["t" .. i] = "text" .. i end
for i = 21, 25 do w[i] = i end
w[3] = keep
w.name = {}
collect()
print(size(w), w[3] == keep, w.t9, w.name, w[22])

w = setmetatable({}, {__mode = "kv"})
for i = 1, 20 do w[{}] = i w[i] = {} w[keep] = keep end
w.x = 1
collect()
print(size(w), w.x, w[keep] == keep)

-- chains through ephemerons, in either order of insertion
local function chain(first, last, step)
  local e, objects = setmetatable({}, {__mode = "k"}), {}
  for i = 1, 50 do objects[i] = {number = i} end
  for i = first, last, step do if i < 50 then e[objects[i]] = {next = objects[i + 1]} end end
  local head = objects[1]
  objects = nil
  collect()
  local n, at = 0, head
  while at do n = n + 1 at = e[at] and e[at].next end
  head = nil
  collect()
  return n, size(e)
end
print(chain(1, 50, 1))
print(chain(50, 1, -1))

-- a cycle through its own key does not keep an entry
w = setmetatable({}, {__mode = "k"})
do local k = {} w[k] = {k} end
collect()
print(next(w))

-- the mode can change, in the metatable and by another metatable
local mt = {}
w = setmetatable({}, mt)
for i = 1, 10 do w[i] = {} w["a" .. i] = {} end
collect()
print(size(w))
mt.__mode = "v"
collect()
print(size(w))
for i = 1, 10 do w[i] = {} end
mt.__mode = nil
collect()
print(size(w))
setmetatable(w, {__mode = "v"})
collect()
print(size(w))
for i = 1, 10 do w[i] = {} end
setmetatable(w, nil)
collect()
print(size(w))

-- long strings as keys of a table where all is weak go with their values
local count = collectgarbage("count")
w = setmetatable({}, {__mode = "kv"})
w[string.rep("a", 2^20)] = 25
w[string.rep("b", 2^20)] = {}
collect()
print(size(w), collectgarbage("count") < count + 1600)
w[next(w)] = nil
collect()
print(next(w), collectgarbage("count") < count + 100)

-- keys that were erased during a traversal and collected
w = setmetatable({}, {__mode = "k"})
for i = 1, 100 do w[{}] = i end
local strong, n = {}, 0
for k, v in pairs(w) do strong[k] = v end
for k in pairs(strong) do w[k] = nil if n % 10 == 0 then collectgarbage() end n = n + 1 end
strong = nil
collect()
print(n, next(w))

-- a loop that makes weak tables
local total = 0
for i = 1, 300 do
  local t = setmetatable({{}, keep, i}, {__mode = "v"})
  if i % 100 == 0 then collect() end
  total = total + (t[2] == keep and 1 or 0) + t[3]
end
print(total)
