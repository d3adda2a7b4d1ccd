-- The same key stored twice, before and after a possible exit.
local keep, s = {}, 0
for i = 1, 300 do
  local t = { k = 1 }
  t.k = i
  if i % 50 == 0 then keep[#keep + 1] = { t.k, t } end
  t.k = i * 2
  if i % 75 == 0 then keep[#keep + 1] = { t.k, t } end
  t.k = i * 3
  s = s + t.k
end
print(s)
for _, e in ipairs(keep) do io.write(e[1], ":", e[2].k, " ") end
print()
local arr
for i = 1, 300 do
  local t = { 0, 0 }
  t[1] = i
  local limit = i > 250 and "x" or 1000
  if type(limit) == "string" then arr = t end
  t[1] = t[1] + 0.5
  t[2] = t[1]
end
print(arr[1], arr[2])
local o = { k = 0 }
for i = 1, 300 do
  local n = { k = o.k }
  n.k = n.k + 1
  if n.k == 200 then n.k = n.k + 1000 end
  n.k = n.k + 1
  o = n
end
print(o.k)
