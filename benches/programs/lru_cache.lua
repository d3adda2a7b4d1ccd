-- Measures: a cache that forgets what was used least recently: a hash map and a doubly linked list of entries.
-- Group: escape
local n = tonumber(arg and arg[1]) or 550000

local Cache = {}
Cache.__index = Cache

function Cache.new(limit)
  local head, tail = { key = nil }, { key = nil }
  head.next, tail.previous = tail, head
  return setmetatable({ limit = limit, size = 0, entries = {}, head = head, tail = tail }, Cache)
end

local function unlink(entry)
  entry.previous.next = entry.next
  entry.next.previous = entry.previous
end

function Cache:to_front(entry)
  local second = self.head.next
  entry.previous, entry.next = self.head, second
  second.previous = entry
  self.head.next = entry
end

function Cache:get(key)
  local entry = self.entries[key]
  if not entry then
    return nil
  end
  unlink(entry)
  self:to_front(entry)
  return entry.value
end

function Cache:put(key, value)
  if self.size >= self.limit then
    local oldest = self.tail.previous
    unlink(oldest)
    self.entries[oldest.key] = nil
    self.size = self.size - 1
  end
  local entry = { key = key, value = value, previous = nil, next = nil }
  self.entries[key] = entry
  self:to_front(entry)
  self.size = self.size + 1
end

local seed = 11
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed
end

local cache = Cache.new(1000)
local hits, misses, sum = 0, 0, 0
for i = 1, n do
  -- Small keys are asked for more often.
  local key = random() % (random() % 4000 + 1)
  local value = cache:get(key)
  if value then
    hits, sum = hits + 1, (sum + value) % 1000003
  else
    misses = misses + 1
    cache:put(key, i)
  end
end
print(hits, misses, sum, cache.size)
