-- Constructors with more fields than a new table has room for, where the table is kept, is dropped, and is made on one of two paths.
local function make(x)
  return {
    k00 = x + 0, k01 = x + 1, k02 = x + 2, k03 = x + 3, k04 = x + 4, k05 = x + 5, k06 = x + 6, k07 = x + 7,
    k08 = x + 8, k09 = x + 9, k10 = x + 10, k11 = x + 11, k12 = x + 12, k13 = x + 13, k14 = x + 14, k15 = x + 15,
    k16 = x + 16, k17 = x + 17, k18 = x + 18, k19 = x + 19, k20 = x + 20, k21 = x + 21, k22 = x + 22, k23 = x + 23,
    k24 = x + 24, k25 = x + 25, k26 = x + 26, k27 = x + 27, k28 = x + 28, k29 = x + 29, k30 = x + 30, k31 = x + 31,
    k32 = x + 32, k33 = x + 33, k34 = x + 34, k35 = x + 35, k36 = x + 36, k37 = x + 37, k38 = x + 38, k39 = x + 39,
    k40 = x + 40, k41 = x + 41, k42 = x + 42, k43 = x + 43, k44 = x + 44
  }
end

local function sum(t)
  local total = 0
  for i = 0, 44 do
    local value = t[("k%02d"):format(i)]
    if value then total = total + value end
  end
  return total
end

local kept, total = {}, 0
for i = 1, 60 do
  local t = make(i)
  total = total + t.k00 + t.k31 + t.k32 + t.k44
  if i % 7 == 0 then kept[#kept + 1] = t end
end
print(total, #kept, sum(kept[1]), sum(kept[8]))

-- With fields that are nil sometimes, past the limit and before it.
local function sparse(x)
  local some = x % 2 == 0 and x or nil
  return {
    k00 = 0, k01 = 1, k02 = 2, k03 = some, k04 = 4, k05 = 5, k06 = 6, k07 = 7,
    k08 = 8, k09 = 9, k10 = 10, k11 = 11, k12 = 12, k13 = 13, k14 = 14, k15 = 15,
    k16 = 16, k17 = 17, k18 = 18, k19 = 19, k20 = 20, k21 = 21, k22 = 22, k23 = 23,
    k24 = 24, k25 = 25, k26 = 26, k27 = 27, k28 = 28, k29 = 29, k30 = 30, k31 = 31,
    k32 = 32, k33 = some, k34 = 34, k35 = 35, k36 = 36, k37 = 37, k38 = 38, k39 = 39,
    k40 = 40, k41 = 41, k42 = 42, k43 = 43, k44 = 44
  }
end
local counts = {}
for i = 1, 60 do
  local t = sparse(i)
  local n, last = 0, nil
  for key in pairs(t) do n = n + 1 end
  counts[n] = (counts[n] or 0) + 1
  if i > 58 then print(i, n, t.k03, t.k33, t.k40, sum(t)) end
  t.k40, t.new = i, i
  if t.k40 ~= i or t.new ~= i then print("lost", i) end
end
print(counts[45], counts[43])

-- Kept on one path only, and put together again where the paths meet.
local first, second
for i = 1, 80 do
  local t = make(i)
  if i % 2 == 0 then first = t else t.k35 = -i second = t end
  if i == 79 then t.k10 = nil end
end
print(first.k00, first.k44, sum(first), second.k00, second.k10, second.k35, second.k44, sum(second))

local meta = { __index = { shared = "yes" } }
local last
for i = 1, 60 do
  local t = setmetatable(make(i), meta)
  t.extra = i
  last = t
end
print(last.shared, last.extra, last.k32, sum(last))
