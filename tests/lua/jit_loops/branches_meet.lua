-- Loops whose branches check and load the same things: what all first iterations have settled is not done again, unless a branch
-- changes it.

local function fixed(config, n)
  local sum = 0
  for i = 1, n do
    if i % 3 == 0 then
      sum = sum + config.step * i
    else
      sum = sum - config.step
    end
  end
  return sum
end
print(fixed({step = 2}, 200), fixed({step = 0.5}, 200), fixed({step = 2, other = 1}, 200))

-- A field that one branch writes behind its read.
local function written(t, n)
  local sum = 0
  for i = 1, n do
    if i % 4 == 0 then
      sum = sum + t.x
      t.x = t.x + 1
    else
      sum = sum + t.x * 2
    end
  end
  return sum, t.x
end
print(written({x = 1}, 300))

-- The type changes in one of them.
local function typed(t, n)
  local out = {}
  for i = 1, n do
    local x = t.x
    if i % 5 == 0 then
      if i == 150 then t.x = "7" end
      x = x + 1
    else
      x = x + 2
    end
    out[#out + 1] = x
  end
  return out[1], out[100], out[160], math.type(out[149]), math.type(out[160])
end
print(typed({x = 1}, 200))

-- The shape changes in one of them, late.
local function shaped(t, n)
  local sum = 0
  for i = 1, n do
    if i % 2 == 0 then
      sum = sum + t.a + t.b
      if i == 180 then t.c = 5 end
    else
      sum = sum + t.b - t.a
      if t.c then sum = sum + t.c end
    end
  end
  return sum
end
print(shaped({a = 1, b = 2}, 260))

-- The table itself changes.
local function moved(one, two, n)
  local t, sum = one, 0
  for i = 1, n do
    if i % 3 == 0 then
      sum = sum + t.v
      if i == 150 then t = two end
    elseif i % 3 == 1 then
      sum = sum + t.v * 10
    else
      sum = sum + t.v * 100
    end
  end
  return sum
end
print(moved({v = 1}, {v = 2}, 240), moved({v = 1}, {w = 0, v = 3}, 240), moved({v = 1}, setmetatable({}, {__index = {v = 4}}), 240))

-- Methods of a class that is replaced in one branch.
local Class = {}
Class.__index = Class
function Class.get(self) return self.n end
local object = setmetatable({n = 3}, Class)
local sum = 0
for i = 1, 300 do
  if i % 2 == 0 then
    sum = sum + object:get()
    if i == 200 then function Class.get(self) return -self.n end end
  else
    sum = sum + object:get() * 2
  end
end
print(sum)

-- Objects that replace each other, by either branch.
local Point = {}
Point.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Point) end
local a, b = setmetatable({x = 1, y = 2}, Point), setmetatable({x = 0.5, y = 4}, Point)
for i = 1, 400 do
  if i % 2 == 0 then a = a + b else a = b + a end
  if i == 333 then b = setmetatable({y = 1, x = 1}, Point) end
end
print(a.x, a.y)

-- Arrays that grow in one of the branches, upvalues that change in one.
local count = 0
local function bump() count = count + 1 end
local list, total = {1, 2, 3}, 0
for i = 1, 300 do
  if i % 7 == 0 then
    total = total + #list + list[1]
    list[#list + 1] = i
    bump()
  else
    total = total + #list * count - list[#list]
  end
end
print(total, count, #list)
