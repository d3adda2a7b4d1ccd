-- Fresh objects through pcall and error, escaping on a rare branch, returned in tuples.
local s = 0
local function f(t) return t.v + 1 end
for i = 1, 250 do local ok, v = pcall(f, { v = i }); s = s + v end
print(s)
local function g(t) if t.v % 60 == 0 then error(t) end return t.v end
local thrown
for i = 1, 250 do
  local t = { v = i }
  local ok, r = pcall(g, t)
  if not ok then thrown = r; s = s + (r == t and r.v or 1000000) else s = s + r end
end
print(s, thrown.v)
local z
for i = 1, 300 do local t = { i }; if i == 290 then z = t end s = s + t[1] end
print(s, z[1])
for i = 1, 300 do
  local t = { n = i, sub = { i } }
  if i % 100 == 0 then z = t end
  t.n = t.n + 1
  if i % 100 == 50 then z = t.sub end
  s = s + t.n
end
print(s, z.n, z.sub[1])
local function divmod(a, b) return { q = a // b, r = a % b } end
for i = 1, 250 do local d = divmod(i, 7); s = s + d.q * 7 + d.r end
print(s)
local function map(t, fn) local o = {}; for i = 1, #t do o[i] = fn(t[i]) end return o end
for i = 1, 60 do local m = map(map({ i, 2, 3 }, function(x) return x * x end), function(x) return x + i end); s = s + m[1] + m[3] end
print(s)
local function swap(p) return { p[2], p[1] } end
for i = 1, 250 do local p = swap(swap(swap({ i, -i }))); s = s + p[1] * 2 + p[2] end
print(s)
