-- goto as continue, break out of nested loops, and backwards.
for i = 1, 5 do
  if i % 2 == 0 then goto continue end
  io.write(i, " ")
  ::continue::
end
print()
for i = 1, 3 do
  for j = 1, 3 do
    if i * j == 4 then goto out end
    io.write(i * j, " ")
  end
end
::out::
print()
do
  local i = 1
  ::again::
  if i <= 3 then
    io.write(i, " ")
    i = i + 1
    goto again
  end
  print()
end
local i, sum = 0, 0
::top::
i = i + 1
if i % 3 == 0 then goto top end
sum = sum + i
if i < 300 then goto top end
print(sum)
local fs = {}
do
  local k = 1
  ::loop::
  local x = k * 2
  fs[k] = function() x = x + 1; return x end
  k = k + 1
  if k <= 3 then goto loop end
end
print(fs[1](), fs[1](), fs[2](), fs[3]())
while true do
  do goto leave end
  print("never")
end
::leave::
repeat
  local done = true
  if done then goto check end
  print("never")
  ::check::
until true
do goto e; local a; ::e:: end
print("end")
