-- What the library has, and that it is no global.
assert(jit == nil and moonset == nil)
local moonset = require "moonset"
assert(require "moonset" == moonset and package.loaded.moonset == moonset)
assert(moonset.version:find "^%d+%.%d+%.%d+$")
assert(package.loaded.jit == nil)

local jit = require "moonset.jit"
local names = {}
for name, value in pairs(jit) do
  assert(type(value) == "function")
  names[#names + 1] = name
end
table.sort(names)
assert(table.concat(names, " ") == "flush off on status")

local on, tunables = jit.status()
assert(type(on) == "boolean" and math.type(tunables.hot_loop) == "integer" and type(tunables.verify) == "boolean")
assert(type(require "moonset.sink".status()) == "boolean")

collectgarbage()
local stats = moonset.stats()
assert(stats.version == moonset.version)
assert(math.type(stats.jit.traces) == "integer" and type(stats.jit.abort_reasons) == "table")
assert(stats.gc.major >= 1 and stats.gc.heap_live_bytes > 1000)

local gc = moonset.gc()
assert(gc.major == stats.gc.major and gc.pause_us.max >= gc.pause_us.p50 and gc.pause_us.total > 0)
collectgarbage()
assert(moonset.gc().major > gc.major)
print "ok"
