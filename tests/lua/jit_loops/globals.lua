-- Globals read, written, replaced and removed in hot loops.
counter = 0
function bump(k) counter = counter + k end
for i = 1, 400 do
  bump(i)
  if i == 300 then bump = function(k) counter = counter - k end end
end
print(counter)
total = 0.5
for i = 1, 300 do total = total + i end
print(total)
local calls = 0
for i = 1, 300 do
  if i == 200 then maybe = 5 elseif i == 250 then maybe = nil end
  calls = calls + (maybe or 1)
end
print(calls)
local old = math.floor
local n = 0
for i = 1, 300 do
  if i == 150 then math.floor = function(x) return x * 0 + 7 end end
  n = n + math.floor(i / 2)
end
math.floor = old
print(n, math.floor(2.5))
local t = tostring
local count = 0
for i = 1, 200 do
  if i == 100 then tostring = function() return "replaced" end end
  count = count + #tostring(i)
end
tostring = t
print(count, tostring(12))
for i = 1, 200 do _G["g" .. i % 5] = i end
print(g0, g1, g2, g3, g4)
counter, total, maybe, bump = nil, nil, nil, nil
print(counter, total)
