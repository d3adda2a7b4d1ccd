-- Trees built, changed and dropped; a persistent tree whose versions share nodes.
local function build(d) if d == 0 then return { n = 1 } end return { l = build(d - 1), r = build(d - 1), n = d } end
local function sum(t) return t and t.n + sum(t.l) + sum(t.r) or 0 end
print(sum(build(9)))
local total = 0
for i = 1, 30 do total = total + sum(build(i % 5)) end
print(total)
local function insert(t, k)
  if not t then return { k = k } end
  if k < t.k then return { k = t.k, l = insert(t.l, k), r = t.r } end
  if k > t.k then return { k = t.k, l = t.l, r = insert(t.r, k) } end
  return t
end
local function size(t) return t and 1 + size(t.l) + size(t.r) or 0 end
local function inorder(t, out) if t then inorder(t.l, out); out[#out + 1] = t.k; inorder(t.r, out) end return out end
local t, versions, x = nil, {}, 1
for i = 1, 200 do
  x = x * 16807 % 2147483647
  t = insert(t, x % 1000)
  if i % 40 == 0 then versions[#versions + 1] = t end
end
for i, v in ipairs(versions) do io.write(size(v), " ") end
local keys = inorder(t, {})
local ok = true
for i = 2, #keys do ok = ok and keys[i - 1] < keys[i] end
print(#keys, ok)
local q, head, tail = {}, 1, 0
for i = 1, 1500 do
  tail = tail + 1
  q[tail] = { i }
  if tail - head > 20 then q[head] = nil; head = head + 1 end
end
local s = 0
for i = head, tail do s = s + q[i][1] end
print(s, tail - head)
