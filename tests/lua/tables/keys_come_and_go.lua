-- Hash parts that lose a key for each one that they gain: every key is found, none twice, whatever room they take.
local function churn(limit, turns, make)
  local t, size = {}, 0
  for i = 1, turns do
    t[make(i)] = i
    size = size + 1
    if size > limit then
      t[make(i - limit)] = nil
      size = size - 1
    end
  end
  local count, sum = 0, 0
  for key, value in pairs(t) do
    count, sum = count + 1, sum + value
    assert(t[key] == value and make(value) == key)
  end
  assert(t[make(turns - limit)] == nil and t[make(turns)] == turns)
  return count, sum
end

for _, limit in ipairs({ 1, 2, 3, 4, 5, 7, 8, 12, 13, 100, 1000, 1023, 1024 }) do
  print(limit, churn(limit, 6000, function(i)
    return i * 7919 + 0x100000000
  end))
end
print(churn(50, 3000, function(i)
  return "key" .. i
end))
print(churn(50, 3000, function(i)
  return i + 0.25
end))

-- The same with integers that could move to an array part.
local queue, first, last = {}, 1, 0
for i = 1, 5000 do
  last = last + 1
  queue[last] = i
  if i % 3 ~= 0 and first < last then
    queue[first] = nil
    first = first + 1
  end
end
local left = 0
for i = first, last do
  assert(queue[i] == i)
  left = left + 1
end
print(first, last, left)

-- Emptied and filled again.
local t = {}
for round = 1, 30 do
  for i = 1, 33 do
    t["a" .. round .. "_" .. i] = i
  end
  for i = 1, 33 do
    t["a" .. round .. "_" .. i] = nil
  end
end
print(next(t))
