-- Arrays that grow large, arrays of arrays, arrays that shrink and are reused.
local big = {}
for i = 1, 6000 do big[i] = i % 17 == 0 and tostring(i) or i end
local s, strs = 0, 0
for i = 1, #big do
  local v = big[i]
  if type(v) == "string" then strs = strs + #v else s = s + v end
end
print(#big, s, strs)
local rows = {}
for y = 1, 30 do
  local row = {}
  for x = 1, 40 do row[x] = { x, y } end
  rows[y] = row
end
local t = 0
for y = 1, 30 do for x = 1, 40 do t = t + rows[y][x][1] * rows[y][x][2] end end
print(t)
for i = #big, 100, -1 do big[i] = nil end
print(#big)
for i = 100, 1500 do big[#big + 1] = { i } end
print(#big, big[99], big[1500][1])
local pool = {}
for i = 1, 2000 do
  pool[i % 64 + 1] = { i, pool[(i + 1) % 64 + 1] and pool[(i + 1) % 64 + 1][1] }
end
local p = 0
for i = 1, 64 do p = p + pool[i][1] + (pool[i][2] or 0) end
print(p)
