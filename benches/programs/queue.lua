-- Measures: a linked queue with a bounded number of live nodes, and a list reversed again and again.
-- Group: escape
local n = tonumber(arg and arg[1]) or 1500000
local head, tail = nil, nil
local size, sum = 0, 0
for i = 1, n do
  local node = { value = i, next = nil }
  if tail then
    tail.next = node
  else
    head = node
  end
  tail, size = node, size + 1
  if size > 1000 then
    sum = (sum + head.value) % 1000000007
    head, size = head.next, size - 1
  end
end

local function reverse(list)
  local result = nil
  while list do
    result = { value = list.value, next = result }
    list = list.next
  end
  return result
end

local list = head
for _ = 1, n / 2000 do
  list = reverse(list)
end
local at = 0
while list do
  at = at + 1
  sum = (sum + at * list.value) % 1000000007
  list = list.next
end
print(string.format("%d", sum))
