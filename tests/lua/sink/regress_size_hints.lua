-- Constructors with large size hints, many elements, and tables with fields but no array part.
local s, kept = 0, nil
for i = 1, 220 do
  local t = { i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70 }
  s = s + t[1] + t[70] + #t
  if i == 210 then kept = t end
end
print(s, #kept, kept[1], kept[50], kept[51], kept[70])
for i = 1, 220 do
  local t = { a = i, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13, n = 14, o = 15, p = 16, q = 17, r = 18, s = 19, t = 20 }
  s = s + t.a + t.t
  if i == 211 then kept = t end
end
print(s, kept.a, kept.j, kept.t, #kept)
local only
for i = 1, 250 do
  local t = {}
  t.x, t.y = i, i / 2
  if i > 240 then only = t end
end
print(only.x, only.y, #only, only[1])
local arr
for i = 1, 250 do
  local t = { n = 2, i, i + 1 }
  if i > 240 then arr = t end
end
print(arr.n, arr[1], arr[2], #arr)
local empty
for i = 1, 250 do local t = {}; if i > 240 then empty = t end end
print(next(empty), #empty)
local nils
for i = 1, 250 do local t = { nil, i, nil, a = nil }; if i > 240 then nils = t end end
print(nils[1], nils[2], nils[3], nils.a)
