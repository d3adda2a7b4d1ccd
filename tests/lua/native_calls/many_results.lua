-- Calls whose results are all wanted, few of them and thousands.
local function sum(...)
  local s = 0
  for i = 1, select("#", ...) do s = s + (select(i, ...)) end
  return s
end

for _, n in ipairs { 0, 1, 5, 15, 16, 17, 40, 300, 2000 } do
  local t = {}
  for i = 1, n do t[i] = i % 100 end
  local copy, count, total
  for i = 1, 60 do
    copy = { table.unpack(t) }
    count = select("#", table.unpack(t))
    if n <= 40 then total = sum(table.unpack(t)) end
  end
  local text = ("x"):rep(n)
  local bytes
  for i = 1, 60 do bytes = { string.byte(text, 1, -1) } end
  print(n, #copy, copy[n], count, total, #bytes)
end
