-- Nested loops whose inner trip counts vary, triangular loops, loops in sequence.
local s = 0
for i = 1, 40 do
  for j = 1, i do
    s = s + i * j
  end
end
print(s)
local t = 0
for i = 1, 12 do
  for j = 1, 12 do
    for k = 1, 12 do
      if (i + j + k) % 5 == 0 then t = t + 1 end
    end
  end
end
print(t)
local u = 0
for i = 1, 30 do
  for j = 1, 10 do u = u + j end
  for j = 10, 1, -1 do u = u - i end
  local k = 0
  while k < 5 do k = k + 1; u = u + k end
  repeat k = k - 1; u = u ~ 1 until k == 0
end
print(u)
local m = {}
for i = 1, 20 do
  m[i] = {}
  for j = 1, 20 do m[i][j] = (i * j) % 9 end
end
local prod = 0
for i = 1, 20 do
  for j = 1, 20 do
    local dot = 0
    for k = 1, 20 do dot = dot + m[i][k] * m[k][j] end
    prod = (prod * 3 + dot) % 1000003
  end
end
print(prod)
local outer = 0
for i = 1, 200 do
  for j = 1, i % 3 do outer = outer + j end
  for j = 1, 0 do outer = outer + 1000 end
end
print(outer)
local found
for a = 1, 30 do
  for b = a, 30 do
    for c = b, 42 do
      if a * a + b * b == c * c and a + b + c == 60 then found = a .. " " .. b .. " " .. c end
    end
  end
end
print(found)
