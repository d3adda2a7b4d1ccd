-- Branches that change their bias, rare branches, several exits in one loop.
local counts = { 0, 0, 0, 0, 0 }
for i = 1, 1200 do
  local k = i < 400 and 1 or i < 800 and 2 or 3
  if i % 97 == 0 then k = 4 end
  if i % 211 == 0 then k = 5 end
  counts[k] = counts[k] + 1
end
print(table.concat(counts, " "))
local state, log = "a", 0
for i = 1, 600 do
  if state == "a" then
    if i % 5 == 0 then state = "b" end
    log = log + 1
  elseif state == "b" then
    if i % 7 == 0 then state = "c" end
    log = log + 10
  else
    if i % 3 == 0 then state = "a" end
    log = log + 100
  end
end
print(state, log)
local r, seed = 0, 17
for i = 1, 900 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  local bit = seed // 65536 % 8
  if bit == 0 then r = r + 1
  elseif bit == 1 then r = r * 2 % 10007
  elseif bit == 2 then r = r - 3
  elseif bit == 3 then r = r ~ 5
  elseif bit == 4 then r = -r
  elseif bit == 5 then r = r // 2
  else r = r + i end
end
print(r)
local flip, ups, downs = true, 0, 0
for i = 1, 400 do
  if flip then ups = ups + i else downs = downs + i end
  flip = not flip
  if i == 300 then flip = nil end
end
print(ups, downs, flip)
local v
for i = 1, 300 do
  v = i > 100 and (i > 200 and i or -i) or nil
  if v == nil then goto continue end
  ups = ups + v
  ::continue::
end
print(ups, v)
