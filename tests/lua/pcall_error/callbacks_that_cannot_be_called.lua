-- A library function calls what cannot be called: the error leaves the library function, and the program goes on behind the pcall.
local bad = setmetatable({}, { __tostring = 1 })
for round = 1, 3 do
  print(pcall(function() print(bad) end))
  print(pcall(tostring, bad))
  print(pcall(string.format, "%s", bad))
  print(select("#", pcall(table.sort, { 3, 2, 1 }, function(a, b) return a < b end)))
  print(pcall(table.concat, setmetatable({}, { __len = 1 })))
end
print(pcall(function()
  for _ in pairs(setmetatable({}, { __pairs = {} })) do end
end))
print("the end")
