-- A message handler that is a native function makes its result while an instruction is under way: a collection at that moment
-- must find the result.
for round = 1, 5 do
  print(xpcall(function() local a = nosuch.field end, tostring))
  print(xpcall(function() return {} + 1 end, string.upper))
  print(xpcall(function() return #nil end, string.len))
  print(select("#", xpcall(function() return nil .. "x" end, string.byte)))
end
print(xpcall(function() return 1 < "x" end, string.rep))
