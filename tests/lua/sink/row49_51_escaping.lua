-- What really escapes: globals, lists, queues; the loop still gives the same answers.
g_slot = nil
local store = {}
for i = 1, 250 do store[1] = { i } g_slot = { i * 2 } end
print(store[1][1], g_slot[1])
g_slot = nil
local l
for i = 1, 250 do l = { v = i, next = l } end
local s, k = 0, 0
while l do s, k, l = s + l.v, k + 1, l.next end
print(s, k)
local q, head, tail = {}, 1, 0
for i = 1, 300 do
  tail = tail + 1
  q[tail] = { v = i }
  if i % 2 == 0 then s = s + q[head].v; q[head] = nil; head = head + 1 end
end
print(s, head, tail, q[head].v)
for i = 1, 300 do tail = tail + 1; q[tail] = { i }; local m = q[tail]; q[tail] = nil; tail = tail - 1; s = s + m[1] end
print(s)
local function build(d) if d == 0 then return { n = 1 } end return { n = d, build(d - 1), build(d - 1) } end
local function sum(t) return t.n + (t[1] and sum(t[1]) + sum(t[2]) or 0) end
for i = 1, 30 do s = s + sum(build(i % 5)) end
print(s)
local hist = {}
for i = 1, 250 do local p = { i }; hist[i % 10 + 1] = p; s = s + hist[i % 10 + 1][1] end
print(s, hist[1][1], hist[10][1])
