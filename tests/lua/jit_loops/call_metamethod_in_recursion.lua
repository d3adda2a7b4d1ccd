-- A function reaches itself through an upvalue that holds a table with `__call`, and the upvalue is replaced meanwhile.
local walk
local calls = 0
local function body(self, n)
  calls = calls + 1
  if n <= 0 then
    return 0
  end
  return self.weight + walk(n - 1)
end
local light = setmetatable({ weight = 1 }, { __call = body })
local heavy = setmetatable({ weight = 10 }, { __call = body })
walk = light
local sum = 0
for i = 1, 200 do
  sum = sum + walk(i % 8)
  if i % 50 == 0 then
    walk = walk == light and heavy or light
  end
end
print(sum, calls)

-- It becomes a function, and a table again.
local count = 0
local target
local function plain(n)
  count = count + 1
  if n == 0 then
    return 1
  end
  return target(n - 1) + 1
end
local called = setmetatable({}, {
  __call = function(_, n)
    count = count + 100
    if n == 0 then
      return 2
    end
    return target(n - 1) * 2
  end,
})
target = plain
local results = 0
for i = 1, 120 do
  results = results + target(i % 5)
  if i % 30 == 0 then
    target = target == plain and called or plain
  end
end
print(results, count)

-- Two levels of `__call`.
local deep = setmetatable({}, { __call = setmetatable({}, {
  __call = function(inner, outer, n)
    return type(inner) == "table" and type(outer) == "table" and n + 1
  end,
}) })
local n = 0
for _ = 1, 150 do
  n = deep(n)
end
print(n)
