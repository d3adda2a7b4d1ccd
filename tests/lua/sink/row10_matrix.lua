-- A 2 by 2 matrix of tables carried round the loop.
local function mul(a, b)
  return {
    { (a[1][1] * b[1][1] + a[1][2] * b[2][1]) % 1000007, (a[1][1] * b[1][2] + a[1][2] * b[2][2]) % 1000007 },
    { (a[2][1] * b[1][1] + a[2][2] * b[2][1]) % 1000007, (a[2][1] * b[1][2] + a[2][2] * b[2][2]) % 1000007 },
  }
end
local m, q = { { 1, 0 }, { 0, 1 } }, { { 1, 1 }, { 1, 0 } }
for i = 1, 300 do m = mul(m, q) end
print(m[1][1], m[1][2], m[2][1], m[2][2])
local snap
for i = 1, 300 do
  m = mul(q, m)
  if i == 250 then snap = m end
end
print(snap[1][1], snap[2][2], m[1][1], m[2][2], snap ~= m)
for i = 1, 200 do
  m = { m[2], m[1] }
  if i % 77 == 0 then m[1][1] = m[1][1] + 0.5 end
end
print(m[1][1], m[1][2], m[2][1], m[2][2])
