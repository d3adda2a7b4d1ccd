-- Functions that are compiled on their own store fresh objects in others, and return or go on in another function.
local function insert(node, k)
  if k < node.k then
    if node.l then insert(node.l, k) else node.l = { k = k, n = 0 } end
  elseif k > node.k then
    if node.r then insert(node.r, k) else node.r = { k = k, n = 0 } end
  else
    node.last = { n = node.n + 1 }
    node.n = node.last.n
  end
end
local function size(node) return node and 1 + size(node.l) + size(node.r) or 0 end
local function total(node) return node and node.n + (node.last and node.last.n or 0) + total(node.l) + total(node.r) or 0 end
local root, x = { k = 500, n = 0 }, 7
for i = 1, 4000 do
  x = x * 16807 % 2147483647
  insert(root, x % 1000)
end
print(size(root), total(root))
local log = {}
local function count(o, n)
  if n == 0 then return o.at.n end
  o.at = { n = n + (o.at and o.at.n or 0) % 5 }
  return count(o, n - 1)
end
for i = 1, 300 do log.sum = (log.sum or 0) + count(log, i % 9 + 1) end
print(log.sum, log.at.n)
local even, odd
function even(o, n) o.e = { n }; if n == 0 then return o.d and o.d[1] or 0 end return odd(o, n - 1) end
function odd(o, n) o.d = { n }; if n == 0 then return o.e[1] end return even(o, n - 1) end
local o, sum = {}, 0
for i = 1, 400 do sum = sum + even(o, i % 11) + o.e[1] + (o.d and o.d[1] or 0) end
print(sum)
