-- `require`: its searchers in order, its results, its errors, and modules that require themselves.

local base = os.tmpname()
local dir, stem = base:match("^(.*/)([^/]*)$")
local made = { base }
local function file(name, text)
  local path = dir .. stem .. name
  local f = assert(io.open(path, "w"))
  f:write(text)
  f:close()
  made[#made + 1] = path
end
local function hide(text)
  return (tostring(text):gsub(dir, "DIR/"):gsub(stem, "STEM"))
end

print(type(package.path), type(package.cpath), #package.searchers)
print((package.config:gsub("\n", "|")))
for _, name in ipairs { "_G", "package", "string", "table", "math", "io", "os" } do
  print(name, package.loaded[name] == _G[name], require(name) == _G[name], select("#", require(name)))
end

package.path = dir .. "?.lua;" .. dir .. "?"
package.cpath = dir .. "?.so"

file("one.lua", "return { args = table.pack(...) }")
local one, from = require(stem .. "one")
print(hide(from), one.args.n, hide(one.args[1]), hide(one.args[2]))
print(require(stem .. "one") == one, select("#", require(stem .. "one")))

file("plain", "#!/usr/bin/env lua\nlocal n = ...\nloaded_name = n")
print(require(stem .. "plain"), hide(loaded_name), package.loaded[stem .. "plain"])

file("no.lua", "return false")
print(require(stem .. "no") == false, hide(select(2, require(stem .. "no"))))
print(package.loaded[stem .. "no"])

file("own.lua", "package.loaded[...] = 25; assert(require(...) == 25)")
print(require(stem .. "own"), require(stem .. "own"))

file("bad.lua", "return +")
print(hide(select(2, pcall(require, stem .. "bad"))))
file("fails.lua", "error('at once')")
print(hide(select(2, pcall(require, stem .. "fails"))))
file("object.lua", "error({ code = 7 })")
print(select(2, pcall(require, stem .. "object")).code)
print(package.loaded[stem .. "fails"], package.loaded[stem .. "object"])

print(hide(select(2, pcall(require, "no.such-module"))))
print(hide(select(2, pcall(require, "no-such-module"))))
print(pcall(require))
print(pcall(require, {}))
print(hide(select(2, pcall(require, 12))))
print(hide(select(2, pcall(function() require "absent" end))))

-- preloaded modules
package.preload.pre = function(...)
  return table.concat({ ... }, " ")
end
print(require "pre")
print(require "pre")
package.preload.nothing = function() end
print(require "nothing")
setmetatable(package.preload, { __index = function(_, name)
  if name:match "^late" then
    return function(...) return { ... } end
  end
end })
print(require "late1"[1], require "late2"[2])
setmetatable(package.preload, nil)
package.preload.callable = setmetatable({}, { __call = print })
print(hide(select(2, pcall(require, "callable"))))

-- what is loaded may be a table with metamethods
local seen = {}
setmetatable(package.loaded, {
  __index = function(_, name)
    seen[#seen + 1] = name
  end,
})
package.preload.quiet = function() end
print(require "quiet", table.concat(seen, " "))
setmetatable(package.loaded, nil)

-- searchers
local searchers = package.searchers
package.searchers = {
  function(name) return "\n\tsearched for " .. name end,
  function() return nil end,
  function() return 12 end,
  function() return true end,
  function(name)
    if name == "found" then
      return function(...) return table.concat({ ... }, "+") end, "data"
    end
  end,
}
print(require "found")
print(select(2, pcall(require, "lost")))
package.searchers = { function(name) error("searcher of " .. name, 0) end }
print(pcall(require, "x"))
package.searchers = {}
print(pcall(require, "x"))
package.searchers = "none"
print(pcall(require, "x"))
package.searchers = searchers
for i, searcher in ipairs(searchers) do
  print(i, hide(select(2, pcall(searcher, stem .. "absent"))), pcall(searcher))
end
print(pcall(searchers[4], "root"))
print(hide(select(2, pcall(searchers[4], "root.sub"))))
print(hide(table.concat({ select(2, searchers[2](stem .. "one")) })))

for _, field in ipairs { "path", "cpath" } do
  local kept = package[field]
  package[field] = {}
  print(pcall(require, stem .. "nowhere"))
  package[field] = kept
end

-- the global is not what `require` looks at
local kept = package
package = { searchers = {} }
print(require(stem .. "one") == one)
package = kept

-- searchpath
print(hide(package.searchpath(stem .. "one", package.path)))
print(package.searchpath("a.b", "?.x;?/?.y"))
print(package.searchpath("a.b", "?.x", "", "/"))
print(package.searchpath("a-b.c", "/?/;?", "-", "_"))
print(package.searchpath("a", ""))
print(package.searchpath("a", ";"))
print(pcall(package.searchpath, "a"))
print(pcall(package.searchpath, nil, "a"))
print(package.searchpath("x", dir:sub(1, -2)) == dir:sub(1, -2))
print(pcall(package.loadlib, "x"))
print(pcall(package.loadlib, nil, "x"))

for _, path in ipairs(made) do
  os.remove(path)
end
