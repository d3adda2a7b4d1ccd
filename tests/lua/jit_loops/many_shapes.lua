-- Tables of many shapes come to instructions for which only the metatable matters; then some that have one.
local function shaped(n)
  local t = { n, n + 1, n + 2 }
  for i = 1, n % 12 do t["k" .. i] = i end
  return t
end

local tables = {}
for n = 1, 60 do tables[n] = shaped(n) end

local function sum(t)
  local s = 0
  for i = 1, #t do s = s + t[i] end
  return s
end

local function walk(t)
  local s = 0
  for i, v in ipairs(t) do s = s + i * v end
  for _, v in pairs(t) do s = s + v end
  return s
end

local function read(t, i) return t[i] end
local function write(t, i, v) t[i] = v end
local function same(p, q) return p == q end

local function all(list)
  local total, holes, equal = 0, 0, 0
  for round = 1, 40 do
    for n = 1, #list do
      local t = list[n]
      total = total + sum(t) + walk(t)
      write(t, 2, n + round)
      if read(t, 7) == nil then holes = holes + 1 end
      if same(t, list[n % 5 + 1]) then equal = equal + 1 end
      table.insert(t, n)
      t[#t] = nil
    end
  end
  return total, holes, equal
end
print(all(tables))

-- With metatables, at first one that changes nothing.
local quiet = setmetatable(shaped(3), {})
local indexed = setmetatable(shaped(4), { __index = { [7] = "seven" } })
local called = setmetatable(shaped(5), { __index = function(_, k) return k == 7 and "called" or nil end })
local counted = setmetatable(shaped(6), { __len = function() return 2 end })
local equal = { __eq = function() return true end }
local first, second = setmetatable(shaped(7), equal), setmetatable(shaped(8), equal)
local listed = setmetatable(shaped(9), { __pairs = function() return next, { 100 } end })
local guarded = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v * 2) end })
local more = { quiet, indexed, called, first, second }
for n = 1, 30 do more[#more + 1] = tables[n] end
for round = 1, 5 do
  local seen = {}
  for n = 1, #more do
    local t = more[n]
    seen[#seen + 1] = tostring(read(t, 7)) .. (same(t, second) and "=" or "")
  end
  if round == 5 then print(table.concat(seen, " ")) end
end
print(all({ quiet, first, second }))
print(sum(counted), #counted, walk(listed), same(first, second), same(first, quiet))
for round = 1, 50 do write(guarded, round, round); write(quiet, 9, round) end
print(guarded[50], quiet[9])

-- A table that gets its metatable after it was seen without one.
local changing = {}
for n = 1, 24 do changing[n] = shaped(n) end
local function late(t, mt)
  local before = t[9]
  if mt then setmetatable(t, mt) end
  return before, t[9]
end
local mt = { __index = function() return "late" end }
local found = {}
for round = 1, 30 do
  for n = 1, #changing do
    local before, after = late(changing[n], round == 30 and n % 3 == 0 and mt)
    if before or after then found[#found + 1] = tostring(before) .. "/" .. tostring(after) end
  end
end
print(#found, table.concat(found, " "))
-- One that the loop makes, and that stays virtual.
local made = 0
for n = 1, 300 do
  local t = { n, n + 1 }
  made = made + #t + read(t, 2) + (read(t, 7) and 1 or 0)
end
print(made)
