-- Floor division and modulo agree for all sign combinations, integer and float.
local bad = 0
for _, a in ipairs({ -9, -7, -1, 0, 1, 6, 7, 9, 100, -100 }) do
  for _, b in ipairs({ -5, -3, -2, -1, 1, 2, 3, 7 }) do
    local q, r = a // b, a % b
    if q * b + r ~= a or math.type(q) ~= "integer" or math.type(r) ~= "integer" then bad = bad + 1 end
    if r ~= 0 and (r < 0) ~= (b < 0) then bad = bad + 1 end
    local fq, fr = a / 1 // b, a / 1 % b
    if fq ~= q or fr ~= r or math.type(fq) ~= "float" then bad = bad + 1 end
  end
end
print(bad)
print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7.5 // 2, -7.5 // 2, 7 // 2.0, 0 // 3, -0.0 // 3)
print(7 % 2.5, -7 % 2.5, 7 % -2.5, 1e308 % 3, 5 % 3.0, -1 % 1e300, 1 % -1e300)
print(math.mininteger // -1, math.mininteger % -1, math.maxinteger // -1, math.mininteger // 1, math.mininteger // 2)
print(pcall(function() return 1 // 0 end))
print(pcall(function() return 1 % 0 end))
print(1 // 0.0, -1 // 0.0, 1.0 // 0, 0.0 // 0 ~= 0.0 // 0, 1 % 0.0 ~= 1 % 0.0, 1 % math.huge, -1 % math.huge)
local q, r = 0, 0
for i = -300, 300 do
  q, r = q + i // 7, r + i % 7
  q, r = q + i // -3, r + i % -3
end
print(q, r)
local f = 0
for i = -200, 200 do f = f + (i + 0.5) // 3 + (i + 0.5) % 3 end
print(f)
local d = 10
for i = 1, 100 do d = (d * 31 + i) % 1009 // 2 end
print(d)
