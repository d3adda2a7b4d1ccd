-- One position outside of the string selects nothing, on either side.
for i = -4, 4 do
  print(i, ("ab"):byte(i))
end
for _ = 1, 200 do
  assert(select("#", ("a"):byte(-2)) == 0 and select("#", ("a"):byte(0)) == 0 and ("a"):byte(-1) == 97)
end
