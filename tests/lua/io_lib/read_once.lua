-- A file's position in a hot loop: what is read is read once, whoever makes the call.
local name = os.tmpname()
local f = io.open(name, "w") f:write(("abcdefghijklmnopqrstuvwxyz"):rep(40)) f:close()
f = io.open(name)
local list = {}
for i = 1, 200 do list[#list + 1] = tostring(f:read(2)) end
for i = 1, 50 do list[#list + 1] = select("#", f:read(1, 1)) .. tostring(f:seek()) end
local function all(...) return ... end
for i = 1, 60 do list[#list + 1] = all(f:read(1, 2)) end
print(table.concat(list, " "))
f:close()
os.remove(name)
