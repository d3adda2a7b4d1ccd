-- A file that is opened for appending only is at its end.

local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("0123456789")
f:close()
for _, mode in ipairs { "a", "ab", "a+", "r", "r+" } do
  local f = assert(io.open(name, mode))
  print(mode, f:seek())
  f:close()
end
local f = assert(io.open(name, "a"))
print(f:seek("cur", -3))
f:write("abc")
print(f:seek())
f:close()
print(io.open(name):read("a"))
os.remove(name)
