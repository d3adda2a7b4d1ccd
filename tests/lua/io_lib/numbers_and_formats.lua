-- read formats: numbers of all forms, counts, several at once.
local path = os.tmpname()
local f = assert(io.open(path, "w"))
f:write("12 -7 0x1F 3.25 1e3 -.5 .75e-2 0x.8p1  99999999999999999999 \n nan abc 5")
f:close()
f = assert(io.open(path))
for _ = 1, 9 do
  local v = f:read("n")
  io.write(tostring(v), ":", tostring(math.type(v)), " ")
end
print()
print(f:read("n"), f:read("l"))
f:close()
f = assert(io.open(path, "w"))
f:write("a\n\nb\r\nc")
f:close()
f = assert(io.open(path))
print(f:read("l", "l", "L", "l", "l"))
f:close()
local out = {}
for l in io.lines(path) do out[#out + 1] = #l end
print(table.concat(out, " "))
f = assert(io.open(path))
print(f:read(1, 2, 0, 100, 1))
print(pcall(f.read, f, "x"))
print(pcall(f.read, f, "*z"))
for l in f:lines() do print("never", l) end
f:close()
f = assert(io.open(path, "w"))
for i = 1, 500 do f:write(i, i % 10 == 0 and "\n" or " ") end
print(f:flush() == f, f:setvbuf("full", 1024))
f:close()
local sum = 0
for l in io.lines(path) do for n in l:gmatch("%d+") do sum = sum + n end end
print(sum)
f = assert(io.open(path))
local total = 0
while true do
  local v = f:read("n")
  if not v then break end
  total = total + v
end
print(total)
f:close()
do
  local g <close> = assert(io.open(path))
  f = g
end
print(io.type(f))
os.remove(path)
