-- Length of fresh tables, appending, insert and unpack on them.
local s, n = 0, 250
for i = 1, n do local t = {}; t[#t + 1] = i; t[#t + 1] = 2; s = s + #t + t[1] end
print(s)
s = 0
for i = 1, n do local t = {}; table.insert(t, i); table.insert(t, 3); s = s + t[1] + t[2] + #t end
print(s)
s = 0
for i = 1, n do local t = { i, 2, 3 }; s = s + #t end
print(s)
s = 0
for i = 1, n do local a, b = table.unpack({ i, 2 }); s = s + a * b end
print(s)
local kept
for i = 1, n do local t = { i }; t[#t + 1] = i * 2; if i == 210 then kept = t end t[#t + 1] = 7 end
print(#kept, kept[1], kept[2], kept[3])
for i = 1, n do local t = { i, i, i }; t[#t] = nil; s = s + #t; if i == 222 then kept = t end end
print(#kept, kept[1], kept[2], kept[3], s)
for i = 1, n do local t = {}; for j = 1, i % 4 do t[#t + 1] = j end s = s + #t; if i == 231 then kept = t end end
print(#kept, s, table.concat(kept, " "))
for i = 1, n do local t = {}; table.insert(t, 1, i); table.insert(t, 1, -i); s = s + t[1] + table.remove(t); if i == 240 then kept = t end end
print(#kept, kept[1], s)
