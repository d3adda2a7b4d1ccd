-- packages: lua-check=1.1.0-1 lua-penlight=1.13.1-3
-- not in: stress
-- luacheck as a library over its own sources and penlight's: the warnings of every file.

local luacheck = require "luacheck"

local names, sources = {}, {}
for _, folder in ipairs { "/usr/share/lua/5.1/luacheck", "/usr/share/lua/5.4/pl" } do
  for name in io.popen("find " .. folder .. "/ -name '*.lua' | LC_ALL=C sort"):lines() do
    local file <close> = assert(io.open(name))
    names[#names + 1] = name
    sources[#sources + 1] = file:read "a"
  end
end

local report = luacheck.check_strings(sources, { std = "max" })
print(#names, report.warnings, report.errors, report.fatals)
local codes, counts = {}, {}
for i, name in ipairs(names) do
  local lines = {}
  for _, event in ipairs(report[i]) do
    if not counts[event.code] then
      codes[#codes + 1] = event.code
      counts[event.code] = 0
    end
    counts[event.code] = counts[event.code] + 1
    lines[#lines + 1] = ("%d:%d-%d %s %s"):format(event.line, event.column, event.end_column, event.code, event.name or "")
  end
  print(name, #lines, table.concat(lines, "; "))
end
table.sort(codes)
for _, code in ipairs(codes) do
  print(code, counts[code])
end
