-- Library functions of math in hot loops, with arguments whose types change.
local s = 0
for i = 1, 400 do
  s = s + math.floor(i / 3) + math.ceil(i / 3) + math.max(i, 200) + math.min(i, 200, 100) + math.abs(i - 200)
end
print(s)
local f = 0.0
for i = 1, 400 do f = f + math.sqrt(i) + math.sin(i) * math.cos(i) + math.exp(-i) + math.log(i) + math.fmod(i, 7) end
print(string.format("%.8f", f))
local m = 0
for i = 1, 300 do m = math.max(m, i % 100 == 0 and i + 0.5 or i) end
print(m)
local a = 0
for i = 1, 300 do a = a + math.abs(i % 2 == 0 and -i or -i - 0.5) end
print(a)
local t = 0
for i = 1, 300 do t = t + (math.tointeger(i / 2) or 0) + (math.type(i / 2) == "float" and 1 or 0) end
print(t)
local huge = 0
for i = 1, 200 do if i < math.huge and -math.huge < i then huge = huge + 1 end end
print(huge)
local floors = 0
for i = 1, 300 do floors = floors + math.floor(i % 3 == 0 and i or i / 3) end
print(floors, math.type(floors))
print(pcall(function() for i = 1, 300 do local _ = math.floor(i < 250 and i or {}) end end))
print(pcall(function() for i = 1, 300 do local _ = math.sqrt(i < 250 and i or "x") end end))
local at = 0
for i = 1, 200 do at = at + math.atan(i, 200) + math.tan(i / 1000) + math.asin(i / 200) + math.acos(i / 200) end
print(string.format("%.8f", at))
local u = 0
for i = -100, 100 do if math.ult(i, 50) then u = u + 1 end end
print(u)
