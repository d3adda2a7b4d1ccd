local list = {}
for i = 1, 200 do list[i] = { v = i } end
list[180] = nil
local s = 0
for i = 1, 200 do
  s = s + list[i].v
end
