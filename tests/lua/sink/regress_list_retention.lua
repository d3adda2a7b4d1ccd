-- A dead variable that once held a list; a queue whose old nodes are dropped.
local head, tail
local function push(v) local n = { v = v }; if tail then tail.next = n else head = n end tail = n end
local function pop() local n = head; head = n.next; if not head then tail = nil end return n.v end
local s, size = 0, 0
for i = 1, 1500 do
  push(i)
  size = size + 1
  if size > 20 then s = s + pop(); size = size - 1 end
end
print(s, size)
local list = nil
for i = 1, 500 do list = { i, list } end
do
  local walker, n = list, 0
  list = nil
  while walker do n = n + walker[1]; walker = walker[2] end
  print(n)
end
local cur = { v = 0 }
for i = 1, 600 do
  local old = cur
  cur = { v = old.v + 1 }
  old = nil
end
print(cur.v)
