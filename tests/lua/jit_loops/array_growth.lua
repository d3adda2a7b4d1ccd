-- Arrays that grow in hot loops: appending, filling backwards, sparse writes, two-dimensional.
local t = {}
for i = 1, 1000 do t[#t + 1] = i * 2 end
print(#t, t[500], t[1000])
local u = {}
for i = 1, 500 do u[i] = u[i - 1] and u[i - 1] + i or i end
print(#u, u[500])
local back = {}
for i = 300, 1, -1 do back[i] = i end
print(#back, back[1], back[300])
local sparse, n = {}, 0
for i = 1, 300 do sparse[i * i] = i end
for i = 1, 90000, 299 do n = n + (sparse[i] or 0) end
print(n)
local rows = {}
for i = 1, 300 do
  local row = rows[i % 10 + 1]
  if not row then row = {}; rows[i % 10 + 1] = row end
  row[#row + 1] = i
end
local s = 0
for _, row in ipairs(rows) do s = s + #row * row[#row] end
print(#rows, s)
local a, b = {}, {}
for i = 1, 400 do
  local dst = i % 2 == 0 and a or b
  dst[#dst + 1] = i / 2
end
print(#a, #b, a[200], b[200])
local mix = {}
for i = 1, 300 do mix[i] = i < 150 and i or i < 200 and i + 0.5 or "s" .. i end
print(mix[149], mix[150], mix[300])
local zero = {}
for i = 0, 299 do zero[i] = i end
print(#zero, zero[0])
local str = {}
for i = 1, 300 do table.insert(str, tostring(i)) end
print(#table.concat(str))
for i = 1, 299 do table.remove(str) end
print(#str, str[1])
