-- Variables that change from integer to float, or to a string, in the middle of a hot loop.
local a = 0
for i = 1, 400 do
  if i == 250 then a = a + 0.5 end
  a = a + 1
end
print(a)
local b = 0
for i = 1, 400 do
  b = b + (i % 100 == 0 and 1.0 or 1)
end
print(b)
local c = 1
for i = 1, 300 do
  c = c + 1
  if i % 90 == 0 then c = c / 1 end
  if i % 91 == 0 then c = math.tointeger(c) or c end
end
print(c, math.type(c))
local d = 0
for i = 1, 300 do
  d = i == 200 and "text" or i
  if type(d) == "string" then d = #d end
end
print(d)
local e = 5
for i = 1, 500 do
  if i < 200 then e = e + 1
  elseif i < 350 then e = e + 0.25
  else e = e // 1 end
end
print(e, math.type(e))
local f = 0
for i = 1, 200 do f = f + i * (i > 150 and 1.0 or 1) end
print(f)
local vals = { 1, 2.5, "3", 4 }
local g = 0
for i = 1, 400 do g = g + vals[i % 4 + 1] end
print(g)
local h = 10
while h < 1000 do h = h * 1.5 // 1 + 1 end
print(h)
local keep = {}
for i = 1, 300 do
  local v = i
  if i > 200 then v = i + 0.0 end
  keep[i % 3 + 1] = v
end
print(keep[1], keep[2], keep[3])
