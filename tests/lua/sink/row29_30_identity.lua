-- Fresh tables as values under object keys, identity comparisons, __eq on fresh objects.
local key, g, s = {}, {}, 0
for i = 1, 250 do local t = {}; t[key] = i; s = s + t[key] + (t[g] or 1) end
print(s)
local eq, ne = 0, 0
for i = 1, 250 do
  local t, u = {}, {}
  if t == g then eq = eq + 1 end
  if t ~= u then ne = ne + 1 end
  local v = t
  if v == t then eq = eq + 10 end
  if rawequal(t, u) then eq = eq + 1000 end
end
print(eq, ne)
local mt = { __eq = function(a, b) return a.v == b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local same, diff = 0, 0
for i = 1, 250 do
  if new(i % 10) == new(i % 5) then same = same + 1 end
  if new(i) ~= new(i) then diff = diff + 1 end
  if new(i) == i then diff = diff + 100 end
end
print(same, diff)
local seen, dup = {}, 0
for i = 1, 200 do
  local t = { i }
  if seen[t] then dup = dup + 1 end
  if i % 50 == 0 then seen[t] = true end
end
local count = 0
for t in pairs(seen) do count = count + t[1] end
print(dup, count)
local keep
for i = 1, 200 do local t, u = { i }, { i }; if i == 190 then keep = { t, u, t } end end
print(keep[1] == keep[3], keep[1] == keep[2], keep[1][1])
