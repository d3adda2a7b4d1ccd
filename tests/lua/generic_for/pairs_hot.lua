-- pairs and next in hot loops; sums do not depend on the order.
local t = {}
for i = 1, 60 do t[i], t["k" .. i] = i, i end
local total, count = 0, 0
for _ = 1, 20 do
  for k, v in pairs(t) do
    total, count = total + v, count + 1
    if type(k) == "string" then total = total + 1 end
  end
end
print(total, count)
local n = 0
local k, v = next(t)
while k do n = n + v; k, v = next(t, k) end
print(n)
local sum = 0
for i = 1, 200 do
  for key, val in pairs({ a = i, b = 2 }) do sum = sum + val + #key end
end
print(sum)
local function copy(u) local c = {}; for a, b in pairs(u) do c[a] = b end return c end
local c = copy(copy(t))
n = 0
for a, b in pairs(c) do assert(t[a] == b); n = n + 1 end
print(n)
local empty = 0
for i = 1, 150 do if next({}) == nil and not next({}) then empty = empty + 1 end end
print(empty)
local inv = {}
for a, b in pairs({ x = "p", y = "q", z = "r" }) do inv[b] = a end
print(inv.p, inv.q, inv.r)
