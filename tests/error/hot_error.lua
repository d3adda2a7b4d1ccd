local function check(i)
  if i == 222 then
    error('bad item ' .. i)
  end
  return i
end
local s = 0
for i = 1, 300 do s = s + check(i) end
