-- The first instruction of a function waits for a metamethod while the function is compiled, or is left by machine code there.
local log = {}
local function spin(n)
  local sum = 0
  for i = 1, n do sum = sum + i end
  return sum
end

local settings = { context = { get = function(x) return x * 2 end } }
local proxy = setmetatable({}, {
  __index = function(_, key)
    spin(3)
    return settings.context[key]
  end,
  __newindex = function(_, key, value)
    spin(3)
    log[#log + 1] = key .. settings.context.get(value)
  end,
})
local mt = {}
local function number(n) return setmetatable({ n = n }, mt) end
mt.__add = function(a, b) spin(2) return number(a.n + settings.context.get(b.n)) end
mt.__unm = function(a) spin(2) return number(-settings.context.get(a.n)) end
mt.__len = function(a) spin(2) return settings.context.get(a.n) end
mt.__lt = function(a, b) spin(2) return settings.context.get(a.n) < settings.context.get(b.n) end
mt.__eq = function(a, b) spin(2) return settings.context.get(a.n) == settings.context.get(b.n) end
mt.__concat = function(a, b)
  spin(2)
  return number(settings.context.get(type(a) == "table" and a.n or 1) + settings.context.get(type(b) == "table" and b.n or 1))
end

-- Each has a loop, so that it is compiled for its own sake.
local function read(n)
  local get = proxy.get
  while n > 3 do n = n - 1 end
  return get(n)
end
local function write(n)
  proxy.x = n
  while n > 3 do n = n - 1 end
  return n
end
local function add(a, b)
  local sum = a + b
  for i = 1, 2 do sum = sum + b end
  return sum.n
end
local function negate(a)
  local negative = -a
  for i = 1, 2 do negative = negative + a end
  return negative.n
end
local function length(a)
  local n = #a
  while n > 3 do n = n - 3 end
  return n
end
local function less(a, b)
  if a < b then
    for i = 1, 2 do b = b + a end
    return b.n
  end
  for i = 1, 2 do a = a + b end
  return -a.n
end
local function same(a, b)
  if a == b then
    for i = 1, 2 do b = b + a end
    return b.n
  end
  for i = 1, 2 do a = a + b end
  return -a.n
end

local two, five = number(2), number(5)
local function round(i)
  return read(i), write(i), add(two, five), negate(five), length(five), less(two, five), less(five, two), same(two, five), same(two, number(2))
end
for i = 1, 12 do
  print(i, round(i))
  -- Paths through the metamethods that rely on the shape of these are left.
  if i % 3 == 0 then settings["key" .. i] = i end
  if i % 4 == 0 then settings.context["other" .. i] = i end
  if i == 8 then settings.context.get = function(x) return x * 3 end end
end
print(read(1), read(2), read(30), table.concat(log, " "))

-- It raises an error there, and the caller goes on.
local function fails(t)
  local v = t.field
  for i = 1, 3 do v = v + i end
  return v
end
local moody = setmetatable({}, { __index = function(t, key) if rawget(t, "bad") then error("moody " .. key, 0) end spin(2) return 7 end })
for i = 1, 9 do
  rawset(moody, "bad", i == 4 or i == 8 or nil)
  print(pcall(fails, moody))
end
