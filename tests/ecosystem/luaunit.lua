-- packages: lua-unit=3.4-2
-- needs: /usr/share/doc/lua-unit/examples/test_luaunit.lua
-- luaunit's own tests, in their fixed order.

-- Some of the tests expect the file in a folder of this name.
assert(os.execute "mkdir test && cp /usr/share/doc/lua-unit/examples/test_luaunit.lua test")
package.path = "test/?.lua;" .. package.path
local lu = require "luaunit"
require "test_luaunit"

-- What a run prints has the date, the time it took, and tracebacks, which name functions of the runtime's own.
os.date = function() return "today" end
os.clock = function() return 0 end
local traceback = debug.traceback
debug.traceback = function(...) return (traceback(...):gsub("\n%s*%[C%]: [^\n]*", "")) end
print("status", lu.LuaUnit.run("--output", "text", "--verbose"))
