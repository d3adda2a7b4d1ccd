-- The length of sequences as they grow and shrink.
local t = {}
for i = 1, 300 do
  t[#t + 1] = i
end
print(#t, t[300], t[301])
for i = 1, 299 do
  t[#t] = nil
end
print(#t, t[1], t[2])
t[1] = nil
print(#t, next(t))
for i = 1, 64 do t[i] = i end
for i = 64, 33, -1 do t[i] = nil end
print(#t)
for i = 33, 40 do t[i] = -i end
print(#t, t[40])
local r = {}
for i = 100, 1, -1 do r[i] = i end
print(#r, r[1], r[100])
local h = { n = 0 }
for i = 1, 10 do h[i] = i * i end
h[#h + 1] = "last"
print(#h, h[11], h.n)
local z = {}
z[0] = "zero"
z[-1] = "minus"
print(#z, z[0], z[-1])
