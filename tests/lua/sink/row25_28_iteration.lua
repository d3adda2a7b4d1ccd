-- ipairs and pairs over fresh tables, dynamic indices into fresh arrays.
local s = 0
for i = 1, 120 do for _, v in ipairs({ i, 2, 3 }) do s = s + v end end
print(s)
for i = 1, 120 do for k, v in pairs({ a = i, b = 2 }) do s = s + v + #k end end
print(s)
for i = 1, 250 do local t = { 1, 2, 3 }; local k = i % 3 + 1; t[k] = i; s = s + t[k] + t[1] end
print(s)
for i = 1, 250 do local t = { i, i + 1, i + 2 }; s = s + t[i % 3 + 1] end
print(s)
local kept
for i = 1, 250 do
  local t = { 1, 2, 3, 4 }
  t[i % 4 + 1] = -i
  if i == 230 then kept = t end
  s = s + t[(i + 1) % 4 + 1]
end
print(table.concat(kept, " "), s)
for i = 1, 200 do local t = { i, 2 }; s = s + (t[i % 5] or 0) end
print(s)
for i = 1, 100 do for j, v in ipairs({ { i }, { j = 2, 5 } }) do s = s + j * v[1] end end
print(s)
for i = 1, 100 do local k, v = next({ only = i }); s = s + v + #k end
print(s)
