-- Reading absent keys, nil stores, re-adding removed keys.
local t = { 1, 2, 3, nil, 5 }
print(t[4], t[5], t[6], t[0], t[-1], t.x, t[1.5])
t.a = 1
t.a = nil
print(t.a, rawget(t, "a"))
t.a = 2
print(t.a)
local n = 0
for i = 1, 200 do
  t["k" .. i] = i
end
for i = 1, 200, 2 do
  t["k" .. i] = nil
end
for k in pairs(t) do
  if type(k) == "string" and k:sub(1, 1) == "k" then n = n + 1 end
end
print(n, t.k1, t.k2, t.k199, t.k200)
for i = 1, 200 do
  t["k" .. i] = -i
end
n = 0
for _, v in pairs(t) do n = n + v end
print(n)
local u = {}
for i = 1, 100 do u[i] = i end
for i = 1, 100 do if i % 3 ~= 0 then u[i] = nil end end
local sum, count = 0, 0
for _, v in pairs(u) do sum, count = sum + v, count + 1 end
print(sum, count, u[3], u[4])
