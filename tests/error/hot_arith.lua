local total = 0
for i = 1, 300 do
  local step = i < 250 and 1 or nil
  total = total + step
end
