-- Measures: a large array of booleans written with strides, then counted.
-- Group: general
local n = tonumber(arg and arg[1]) or 4000000
local composite = {}
for i = 1, n do
  composite[i] = false
end
local count, last = 0, 0
for i = 2, n do
  if not composite[i] then
    count, last = count + 1, i
    for j = i * i, n, i do
      composite[j] = true
    end
  end
end
print(string.format("%d %d", count, last))
