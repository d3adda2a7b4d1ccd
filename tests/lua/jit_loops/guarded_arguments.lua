-- What goes round an outer loop and was checked in the inner one: integers, floats, and values that change their type on one of the ways.
local function grid(rows, columns, step)
  local sum = 0.0
  for i = 1, rows, step do
    for j = 1, columns, step do
      sum = sum + 1.0 / ((i + j - 1) * (i + j - 2) * 0.5 + i)
    end
  end
  return sum
end
print(string.format("%.12f %.12f", grid(60, 60, 1), grid(60, 60, 2)))
for _, step in ipairs({ 1, 1, 2, 1, 3, 1 }) do
  print(string.format("%.10f", grid(45, 50, step)))
end

-- A step that is 1 in most calls: the code for 1 must not be used for others.
local function stride(t, from, to, step)
  local n, last = 0, nil
  for i = from, to, step do
    n, last = n + t[(i - 1) % #t + 1], i
  end
  return n, last
end
local t = {}
for i = 1, 100 do
  t[i] = i * i
end
local total = 0
for i = 1, 300 do
  total = total + stride(t, 1, 100, 1)
end
print(total, stride(t, 1, 100, 1), stride(t, 1, 100, 7))
print(stride(t, math.maxinteger - 5, math.maxinteger, 1))
print(stride(t, math.maxinteger - 5, math.maxinteger, 4))
print(stride(t, 100, 1, -1))

-- An accumulator that turns from integer to float in the outer loop, and back.
local function mixed(rows)
  local a, kinds = 0, {}
  for i = 1, rows do
    for j = 1, 30 do
      a = a + j
    end
    kinds[math.type(a)] = (kinds[math.type(a)] or 0) + 1
    if i % 40 == 0 then
      a = a + 0.5
    elseif i % 40 == 20 then
      a = a // 1 | 0
    end
  end
  return a, kinds.integer, kinds.float
end
print(mixed(400))

-- A flag, nil and a table that are carried beside checked numbers.
local function carried(rows)
  local best, where, found = nil, 0, false
  for i = 1, rows do
    local row = { i % 7, i % 11, i % 13 }
    for j = 1, #row do
      if not best or row[j] > best[1] then
        best, where, found = { row[j] }, i * 10 + j, i % 2 == 0
      end
    end
    if i % 50 == 0 then
      best = nil
    end
  end
  return best and best[1], where, found
end
print(carried(399))
print(carried(400))

-- Equal to a constant by a check, and equal as numbers but not in type.
local function equals(list)
  local ones, sum = 0, 0
  for round = 1, 60 do
    for i = 1, #list do
      local x = list[i]
      if x == 1 then
        ones, sum = ones + 1, sum + x
      end
      sum = sum + x * 2
    end
  end
  return ones, sum, math.type(sum)
end
print(equals({ 1, 1, 1, 1 }))
print(equals({ 1, 1.0, 1, 2 }))
print(equals({ 1.0, 1.0, -0.0, 0.0 }))
