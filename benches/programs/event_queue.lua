-- Measures: a simulation driven by a binary heap of event objects with callbacks.
-- Group: escape
local n = tonumber(arg and arg[1]) or 110000

local heap, size = {}, 0

local function before(a, b)
  return a.time < b.time or (a.time == b.time and a.order < b.order)
end

local function push(event)
  size = size + 1
  local at = size
  while at > 1 do
    local up = (at - at % 2) / 2
    local parent = heap[up]
    if not before(event, parent) then
      break
    end
    heap[at] = parent
    at = up
  end
  heap[at] = event
end

local function pop()
  local first, last = heap[1], heap[size]
  heap[size] = nil
  size = size - 1
  if size == 0 then
    return first
  end
  local at = 1
  while true do
    local child = 2 * at
    if child > size then
      break
    end
    if child < size and before(heap[child + 1], heap[child]) then
      child = child + 1
    end
    if not before(heap[child], last) then
      break
    end
    heap[at] = heap[child]
    at = child
  end
  heap[at] = last
  return first
end

local seed = 17
local function random(limit)
  seed = (seed * 3877 + 29573) % 139968
  return seed % limit
end

local order = 0
local function schedule(time, action, customer)
  order = order + 1
  push({ time = time, order = order, action = action, customer = customer })
end

local now, served, waited = 0, 0, 0
local desks, line, first, last = 10, {}, 1, 0
local leave

local function serve(customer)
  desks = desks - 1
  waited = waited + (now - customer.arrival)
  schedule(now + 20 + random(90), leave, customer)
end

function leave()
  served = served + 1
  desks = desks + 1
  if first <= last then
    local customer = line[first]
    line[first] = nil
    first = first + 1
    serve(customer)
  end
end

local arrived = 0
local function arrive(customer)
  if desks > 0 then
    serve(customer)
  else
    last = last + 1
    line[last] = customer
  end
  arrived = arrived + 1
  if arrived < n then
    local time = now + random(14)
    schedule(time, arrive, { arrival = time })
  end
end

for i = 1, 40 do
  schedule(1000000000 + i, function() end, nil)
end
schedule(0, arrive, { arrival = 0 })
while size > 0 do
  local event = pop()
  now = event.time
  event.action(event.customer)
end
print(served, waited, now)
