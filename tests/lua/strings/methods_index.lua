-- Strings have a metatable whose __index is the string table.
print(("x").upper == string.upper, ("abc"):upper(), #("abc"):rep(2))
print(getmetatable("").__index == string, getmetatable("a") == getmetatable("b"))
string.shout = function(s) return s:upper() .. "!" end
print(("hey"):shout())
string.shout = nil
print(pcall(function() return ("hey"):shout() end))
print(pcall(function() local s = "x"; s.y = 1 end))
print(("abc").x, ("abc")[1], (5 .. ""):rep(2))
local s = "text"
print(s:len(), s.len(s), string.len "four", ("%s-%s"):format(1, 2))
local n = 0
for i = 1, 300 do
  local w = ("w" .. i):upper()
  n = n + w:byte(1) + w:len()
end
print(n)
