-- A closure that is kept has cells that are real from then on, and the registers of the captured variables still hold them where
-- the loop is left.
local kept = {}
for i = 1, 60 do
  local c = i * 2
  for _ = 1, 5 do
  end
  kept[i % 2 + 1] = function(d)
    c = c + d
    return c + i
  end
  local f = kept[i * 4 % 2 + 1]
  if f then
    io.write(f(i), c == i * 3 and "!" or ".", " ")
  end
end
print()

local last = {}
for i = 1, 40 do
  local a, b = i, i % 3
  for j = 1, b do
    a = a + j
  end
  last[#last % 4 + 1] = function()
    a, b = b, a
    return a
  end
  for j = 1, 3 do
    b = b + j
  end
  if last[2] then
    io.write(last[1](), ":", last[2](), ":", a, ":", b, " ")
  end
end
print()
