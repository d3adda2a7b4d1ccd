-- Fields read at one place from tables that have so many computed keys that they are dictionaries: what one of them
-- lacks, the next may have.
local function dictionary(n)
  local t = {}
  for i = 1, n do
    t["key" .. i] = i
  end
  return t
end

local function used(t)
  return t.used
end

local function missing(t)
  return not t.used
end

local tables = {}
for i = 1, 300 do
  local t = dictionary(80)
  if i % 3 == 0 then
    t["us" .. "ed"] = i
  end
  tables[i] = t
end
local sum, lacking = 0, 0
for round = 1, 3 do
  for i = 1, #tables do
    sum = sum + (used(tables[i]) or 0)
    if missing(tables[i]) then
      lacking = lacking + 1
    end
    if i % 5 == round then
      tables[i].used = round
    elseif i % 7 == round then
      tables[i].used = nil
    end
  end
end
print(sum, lacking)
