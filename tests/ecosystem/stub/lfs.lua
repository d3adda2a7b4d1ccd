-- What busted, ldoc and penlight use of LuaFileSystem, by way of the shell.

local lfs = { _VERSION = "stub" }

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function ask(command)
  local pipe <close> = assert(io.popen(command .. " 2>/dev/null"))
  return pipe:read "a"
end

function lfs.attributes(path, what)
  local mode, size, changed = ask("LC_ALL=C stat -L -c '%F|%s|%Y' -- " .. quote(path)):match "([^|]*)|(%d+)|(%d+)"
  if not mode then return nil, path .. ": No such file or directory", 2 end
  local kinds = { ["regular empty file"] = "file", ["regular file"] = "file", directory = "directory" }
  local all = { mode = kinds[mode] or "other", size = tonumber(size), modification = tonumber(changed), access = tonumber(changed) }
  if type(what) == "string" then return all[what] end
  return all
end

lfs.symlinkattributes = lfs.attributes

function lfs.currentdir()
  return (ask("pwd"):gsub("\n$", ""))
end

function lfs.dir(path)
  return ask("LC_ALL=C ls -a1 -- " .. quote(path)):gmatch "[^\n]+"
end

function lfs.mkdir(path)
  return os.execute("mkdir -- " .. quote(path) .. " 2>/dev/null")
end

function lfs.chdir(path)
  path = path:gsub("/%.?$", "")
  if path == "." or path == lfs.currentdir() then return true end
  return nil, "cannot change to " .. path
end

return lfs
