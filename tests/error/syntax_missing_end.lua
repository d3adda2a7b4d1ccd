for i = 1, 3 do
  print(i)

local x = 1

