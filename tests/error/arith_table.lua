local t = {}
local r = 1
  + t
print(r)
