-- Fresh tables whose keys are objects, booleans, floats and integers below one: read back, overwritten, merged, and seen at exits.
local function dump(t)
  local parts = {}
  for k, v in pairs(t) do parts[#parts + 1] = tostring(k) .. "=" .. tostring(v) end
  table.sort(parts)
  return table.concat(parts, " ")
end
local a, b = { id = 1 }, { id = 2 }
local keep
for i = 1, 400 do
  local t = {}
  t[true], t[1.5], t[0], t[-3] = i, i + 1, i + 2, i + 3
  t[false] = false
  if i == 390 then keep = t end
  assert(t[0] + t[-3] + t[1.5] + t[true] == 4 * i + 6 and t[false] == false and t[-1] == nil and t[2.5] == nil)
end
print(dump(keep))
-- Object keys: known, unknown which of two, and the table itself.
local sum = 0
for i = 1, 400 do
  local k = i % 2 == 0 and a or b
  local t = { [a] = 1 }
  t[k] = (t[k] or 10) + i
  t[t] = k
  sum = sum + t[a] + (t[b] or 0) + t[t].id
  if i == 395 then keep = t end
end
print(sum, keep[a], keep[b], keep[keep] == b)
-- Fresh keys.
for i = 1, 400 do
  local k1, k2 = { id = 3 }, { id = 4 }
  local t = { [k1] = i, [k2] = -i }
  local u = { [k1] = t }
  if u[k2] == nil and u[k1] == t and t[k1] + t[k2] == 0 then sum = sum + 1 end
  if i > 397 then
    local n = 0
    for k, v in pairs(t) do n = n + k.id * v end
    print(n)
  end
end
print(sum)
-- Nil values, values that may be nil, and pairs that go and come again.
local maybe = {}
for i = 1, 400 do maybe[i] = i % 3 ~= 0 and i or false end
for i = 1, 400 do
  local t = {}
  local v = maybe[i] or nil
  t[a] = v
  t[true] = nil
  t[b] = i
  t[b] = nil
  t[b] = v
  if t[a] == nil then sum = sum + 1 elseif t[b] == i then sum = sum + 2 end
  if next(t) == nil then sum = sum + 100 end
end
print(sum)
-- Carried round a loop, and different on two paths.
local c = { [true] = 0 }
for i = 1, 400 do
  local n = { [true] = c[true] + i }
  if i % 7 == 0 then n[false] = i else n[false] = -i end
  c = n
end
print(c[true], c[false])
for i = 1, 400 do
  local n
  if i % 5 == 0 then n = { [a] = i } else n = { [b] = i } end
  sum = sum + (n[a] or 1) + (n[b] or 2)
end
print(sum)
-- Keys of other kinds beside elements, which may grow over them.
for i = 1, 400 do
  local t = { i, i }
  t[4] = 4
  t[0] = 0
  t[3] = 3
  sum = sum + #t + t[0]
  t[#t] = nil
  sum = sum + #t
  t[3.0] = nil
  sum = sum + #t
  t[2] = nil
  t[1] = nil
  sum = sum + #t
  t[2 ^ 53] = 1
  sum = sum + (t[1 << 53] or 1000)
end
print(sum)
-- A stack that is pushed and popped.
for i = 1, 400 do
  local st = {}
  st[#st + 1] = i
  st[#st + 1] = i + 1
  table.insert(st, i + 2)
  local x = table.remove(st)
  st[#st] = nil
  sum = sum + x + #st + st[#st]
end
print(sum)
-- Traversals of fresh tables: of elements, of fields, with holes, changed on the way.
local text = {}
for i = 1, 400 do
  local r = {}
  for k, v in pairs({ i, i + 1, x = i, y = i % 4 == 0 and i or nil, z = false }) do r[#r + 1] = k .. tostring(v) end
  table.sort(r)
  if i % 66 == 0 then text[#text + 1] = table.concat(r, ",") end
  local t = { x = 1, y = 2 }
  for k, v in pairs(t) do t[k] = v + i; if k == "x" then t.y = nil end end
  sum = sum + t.x + (t.y or 0)
  for _ in pairs({}) do sum = 0 end
  for k, v in next, { i } do sum = sum + k * v end
end
print(table.concat(text, ";"), sum)
-- Errors for keys that no table takes.
for _, key in ipairs { 0 / 0, 1 } do
  local ok, message = true, ""
  for i = 1, 300 do
    ok, message = pcall(function() local t = {}; t[true] = i; t[key] = i; return t[true] end)
  end
  print(ok, (tostring(message):gsub("^.-:%d+: ", "")))
end
