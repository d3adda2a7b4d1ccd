-- Fresh tables read at once: arrays, records, fields and elements added after creation.
local s, n = 0, 250
for i = 1, n do local t = { i, i + 1 }; s = s + t[1] * t[2] end
print(s)
s = 0
for i = 1, n do local t = { a = i, b = 2 }; s = s + t.a * t.b end
print(s)
s = 0
for i = 1, n do local t = {}; t.a = i; t.b = 2; s = s + t.a end
print(s)
s = 0
for i = 1, n do local t = {}; t[1] = i; t[2] = 2; s = s + t[1] + t[2] end
print(s)
-- The same with an exit at which the table is needed.
local kept
for i = 1, n do local t = { i, i + 1 }; if i == 201 then kept = t end s = s + t[2] end
print(kept[1], kept[2], #kept, s)
for i = 1, n do local t = { a = i, b = 2 }; t.c = t.a; if i == 202 then kept = t end end
print(kept.a, kept.b, kept.c, #kept)
for i = 1, n do local t = {}; t.a = i; if i == 203 then kept = t end t.b = 2 end
print(kept.a, kept.b)
for i = 1, n do local t = {}; t[1] = i; t[2] = -i; t[3] = "x"; if i == 204 then kept = t end end
print(kept[1], kept[2], kept[3], #kept)
for i = 1, n do local t = { i, a = 1 }; t[2] = t; if i == 205 then kept = t end end
print(kept[1], kept[2] == kept, kept.a)
