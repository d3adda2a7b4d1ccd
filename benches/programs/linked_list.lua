-- Measures: singly linked lists built, reversed in place and sorted by merging; every node escapes.
-- Group: escape
local n = tonumber(arg and arg[1]) or 250000
local SIZE = 6000

local seed = 42
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed
end

local function build(size)
  local head = nil
  for _ = 1, size do
    head = { value = random(), next = head }
  end
  return head
end

local function reverse(head)
  local done = nil
  while head do
    local rest = head.next
    head.next = done
    done, head = head, rest
  end
  return done
end

local function merge(a, b)
  local first = { value = 0, next = nil }
  local last = first
  while a and b do
    if b.value < a.value then
      last.next, last, b = b, b, b.next
    else
      last.next, last, a = a, a, a.next
    end
  end
  last.next = a or b
  return first.next
end

local function split(head)
  local slow, fast = head, head.next
  while fast do
    fast = fast.next
    if fast then
      slow, fast = slow.next, fast.next
    end
  end
  local second = slow.next
  slow.next = nil
  return head, second
end

local function sort(head)
  if not head or not head.next then
    return head
  end
  local a, b = split(head)
  return merge(sort(a), sort(b))
end

local function check(head)
  local count, sum, last = 0, 0, -1
  while head do
    if head.value < last then
      error("the list is not sorted")
    end
    last, count, sum = head.value, count + 1, (sum * 31 + head.value) % 1000003
    head = head.next
  end
  return count, sum
end

local total, mixed = 0, 0
while total < n do
  local list = reverse(build(math.min(SIZE, n - total)))
  local count, sum = check(sort(reverse(list)))
  total, mixed = total + count, (mixed + sum) % 1000003
end
print(total, mixed)
