-- Records with many fields, fields added in different orders, fields used as a dictionary.
local function make(order)
  local o = {}
  for i = 1, #order do
    local name = order:sub(i, i)
    o[name] = i
  end
  return o
end
local a, b, c = make("abcdef"), make("fedcba"), make("acebdf")
print(a.a, a.f, b.a, b.f, c.a, c.e, c.f)
local total = 0
for i = 1, 300 do
  local o = i % 3 == 0 and a or i % 3 == 1 and b or c
  total = total + o.a * 100 + o.c * 10 + o.f
end
print(total)
local wide = {}
for i = 1, 120 do wide["field" .. i] = i end
wide.field7 = wide.field7 + wide.field120
wide.field60 = nil
local n, sum = 0, 0
for _, v in pairs(wide) do n, sum = n + 1, sum + v end
print(n, sum, wide.field7, wide.field60)
local objects = {}
for i = 1, 40 do
  local o = { id = i }
  if i % 2 == 0 then o.even = true end
  if i % 3 == 0 then o.three = i end
  o.last = i * i
  objects[i] = o
end
sum = 0
for _, o in ipairs(objects) do
  sum = sum + o.last + (o.three or 0) + (o.even and 1 or 0)
end
print(sum)
