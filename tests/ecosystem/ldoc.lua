-- packages: lua-ldoc=1.4.6-2 lua-penlight=1.13.1-3
-- ldoc over penlight's sources: the sum of every file that it writes.

require "sorted_pairs"
os.date = function() return "today" end
local exit, stop = os.exit, {}
os.exit = function(status) error(setmetatable({ status = status }, stop)) end
arg = { [0] = "/usr/bin/ldoc", "-d", "out", "/usr/share/lua/5.1/pl" }
local ok, why = xpcall(assert(loadfile "/usr/bin/ldoc"), function(why)
  return getmetatable(why) == stop and why or debug.traceback(tostring(why))
end, table.unpack(arg))
os.exit = exit
print("status", ok, type(why) == "table" and tostring(why.status) or why)

for name in io.popen "cd out && find . -type f | LC_ALL=C sort":lines() do
  local file <close> = assert(io.open("out/" .. name))
  local text = file:read "a"
  local sum = 0
  for i = 1, #text do
    sum = (sum * 31 + text:byte(i)) & 0xffffffff
  end
  print(name, #text, ("%08x"):format(sum))
end
