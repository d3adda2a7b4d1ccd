-- A variable changes its type from one turn of a loop to the next, and back.
local function kind(v)
  return math.type(v) or type(v)
end

local v, log = 1, {}
for i = 1, 400 do
  if i % 97 == 0 then
    v = v + 0.5
  elseif i % 101 == 0 then
    v = tostring(v)
  elseif i % 103 == 0 then
    v = v and { v }
  elseif i % 107 == 0 then
    v = nil
  elseif type(v) == "table" then
    v = v[1]
  elseif v == nil then
    v = 3
  elseif type(v) == "string" then
    v = #v
  else
    v = v + 1
  end
  local k = kind(v)
  log[k] = (log[k] or 0) + 1
end
print(v, log.integer, log.float, log.string, log.table, log["nil"])

-- Two variables trade their types.
local a, b, s = 1, 1.5, 0
for i = 1, 300 do
  if i % 7 == 0 then
    a, b = b, a
  end
  s = s + (kind(a) == "integer" and 1 or 2)
  a = a + 1
  b = b * 1
end
print(a, b, s)

-- An integer loop that becomes one of floats where it overflows into a division, and prints as such.
local x = 64
for i = 1, 300 do
  if i == 150 then
    x = x / 1
  end
  x = x + i % 3
end
print(x, kind(x))

-- The accumulator starts as nil.
local total
for i = 1, 300 do
  total = total and total + i or i % 2 == 0 and 0.0 or 0
end
print(total, kind(total))

-- An upvalue and a field of another type than when the loop was compiled.
local box, up = { n = 0 }, 0
local function step(i)
  up = i == 200 and "9" or up + 1
  box.n = i == 250 and 0.25 or box.n + 1
end
for i = 1, 300 do
  step(i)
end
print(up, kind(up), box.n)

-- A loop's limit and step of other types in later rounds.
local sums = {}
for _, range in ipairs({ { 1, 60, 1 }, { 1, 60.5, 1 }, { 1.0, 60, 1 }, { 60, 1, -1 }, { 1, 30, 0.5 }, { 1, 60, 1 } }) do
  local sum = 0
  for i = range[1], range[2], range[3] do
    sum = sum + i
  end
  sums[#sums + 1] = tostring(sum)
end
print(table.concat(sums, " "))
