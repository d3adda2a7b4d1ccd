-- packages: luarocks=3.8.0+dfsg1-1
-- luarocks: its command line, which reads files, runs commands and loads some hundred modules. Nothing leaves the machine.

require "sorted_pairs"

local function run(...)
  print("==== luarocks " .. table.concat({ ... }, " "))
  arg = { [0] = "luarocks", ... }
  -- Each run is a program of its own, with its own modules and an end.
  local kept = {}
  for name in pairs(package.loaded) do kept[name] = true end
  local exit, stop = os.exit, {}
  os.exit = function(status) error(setmetatable({ status = status }, stop)) end
  -- The program takes its name from the outermost chunk but one.
  local chunk = assert(loadfile "/usr/bin/luarocks")
  local thread = coroutine.create(function(...)
    chunk(...)
    return "ended"
  end)
  local ok, why = coroutine.resume(thread, ...)
  os.exit = exit
  for name in pairs(package.loaded) do
    if not kept[name] then package.loaded[name] = nil end
  end
  print("status", ok, type(why) == "table" and tostring(why.status) or why)
end

local folder = io.popen "pwd":read "l"
local function put(name, text)
  local file <close> = assert(io.open(name, "w"))
  file:write(text)
end
put("config.lua", ([[
rocks_trees = { { name = "user", root = "%s/tree" } }
home_tree = "%s/tree"
lua_interpreter = "lua"
variables = { LUA_DIR = "/usr", LUA_BINDIR = "/usr/bin", LUA_INCDIR = "/usr/include" }
local_cache = "%s/cache"
]]):format(folder, folder, folder))
local getenv = os.getenv
os.getenv = function(name)
  if name == "LUAROCKS_CONFIG" then return folder .. "/config.lua" end
  if name == "HOME" then return folder end
  return getenv(name)
end

run("--version")
run("help")
run("help", "install")
run("list")
run("list", "--porcelain")
put("good-1.0-1.rockspec", [[
rockspec_format = "3.0"
package = "good"
version = "1.0-1"
source = { url = "git+https://example.org/good.git", tag = "v1.0" }
description = { summary = "For tests.", license = "MIT" }
dependencies = { "lua >= 5.1, < 5.5" }
build = { type = "builtin", modules = { good = "good.lua" } }
]])
put("bad-1.0-1.rockspec", "package = 'bad'\nversion = '1.0'\nunknown = 1\n")
put("broken-1.0-1.rockspec", "package = 'broken\n")
put("good.lua", "return { answer = 42 }\n")
run("lint", "good-1.0-1.rockspec")
run("lint", "bad-1.0-1.rockspec")
run("lint", "broken-1.0-1.rockspec")
run("lint", "absent-1.0-1.rockspec")
run("list", "--tree=" .. folder .. "/tree", "--porcelain")
run("show", "--tree=" .. folder .. "/tree", "good", "--mversion")
run("remove", "--tree=" .. folder .. "/tree", "good")
run("frobnicate")
run("install")
run("new_version", "good-1.0-1.rockspec", "2.0", "--tag=v2.0")
local made <close> = io.open "good-2.0-1.rockspec"
print(made and made:read "a")
