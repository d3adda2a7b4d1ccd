-- Calls every function of a library that reaches outside of the script, or into the state, with arguments of every kind and in
-- every number, and writes what came of each call into the file `outcome`. Arguments: the library's name, the number of random
-- calls of each function.
local which, rounds = LIBRARY, ROUNDS
local pcall, type, tostring, select, pairs, setmetatable = pcall, type, tostring, select, pairs, setmetatable
local format, gsub, find = string.format, string.gsub, string.find
local sort, concat, unpack, math_type = table.sort, table.concat, table.unpack, math.type
local wrap, create, resume, running, yield = coroutine.wrap, coroutine.create, coroutine.resume, coroutine.running, coroutine.yield
local open, popen, remove, io_type, input, output = io.open, io.popen, os.remove, io.type, io.input, io.output
local set_metatable, set_hook, collect, set_locale = debug.setmetatable, debug.sethook, collectgarbage, os.setlocale
local traceback = debug.traceback
local stdin, stdout = io.stdin, io.stdout
local string_metatable = getmetatable("")
local file_metatable = getmetatable(stdin)
package.path, package.cpath = "./?.lua", ""
collect("generational")

local function put(name, content)
  local file <close> = open(name, "w")
  file:write(content)
end
local function fill()
  put("data", "12 0x1p4 abc\nsecond line\n\nnan -1e5x\n")
  put("module.lua", "return { name = ... }")
end
fill()
put("broken.lua", "x = = 1")

local function opened(mode)
  return function()
    if mode == "w" then return (open("written", "w")) end
    return (open("data", mode))
  end
end
local function closed() local file = open("data") file:close() return file end

-- What is made anew for each call, so that no call sees what an earlier one has changed.
local common = {
  function() return nil end, function() return true end, function() return false end, function() return 0 end,
  function() return 1 end, function() return -1 end, function() return 1.5 end, function() return 2.0 end,
  function() return 0 / 0 end, function() return math.maxinteger end, function() return math.mininteger end,
  function() return 1e300 end, function() return "" end, function() return "abc" end, function() return "10" end,
  function() return "1e1" end, function() return "a\0b" end, function() return {} end, function() return { 1, 2, 3 } end,
  function() return setmetatable({}, { __name = "Named" }) end,
  function() return setmetatable({}, { __index = function(_, k) return k end }) end,
  function() return setmetatable({}, { __tostring = function() return 1 end }) end,
  function() return setmetatable({}, { __call = function(...) return select("#", ...) end }) end,
  function() return select end, function() return function(...) return ... end end,
  function() local up = 1 return function(a, b) up = a return b end end,
  function() return stdin end, closed, function() return create(function(...) yield(...) end) end,
}
local files = { opened "r", opened "w", opened "r+" }
local special = {
  os = {
    function() return "%c" end, function() return "!%Y-%m-%d %H:%M:%S" end, function() return "*t" end, function() return "!*t" end,
    function() return "%E" end, function() return "%Ez" end, function() return "%" end, function() return "%Q" end, function() return "%Od" end,
    function() return 86400 end, function() return "data" end, function() return "module.lua" end, function() return "all" end,
    function() return "numeric" end, function() return "C" end,
    function() return { year = 2000, month = 1, day = 1 } end, function() return { year = 2000, month = "x", day = 1 } end,
    function() return { year = 1e100, month = 1, day = 1 } end, function() return { year = 2000, month = 1.5, day = 1 } end,
    function() return { year = 1 << 40, month = 1, day = 1 } end, function() return { year = 2020, month = 14, day = -3, hour = 50, isdst = false } end,
  },
  io = {
    function() return "data" end, function() return "none" end, function() return "broken.lua/x" end, function() return "." end,
    function() return "r" end, function() return "w" end, function() return "rb" end, function() return "a+" end, function() return "rw" end,
    function() return "n" end, function() return "l" end, function() return "L" end, function() return "*a" end, function() return "x" end,
    function() return "true" end, unpack(files),
  },
  file = {
    function() return "set" end, function() return "cur" end, function() return "end" end, function() return "no" end, function() return "full" end,
    function() return "line" end, function() return "n" end, function() return "l" end, function() return "L" end, function() return "*a" end,
    function() return "lx" end, function() return 4 end, unpack(files),
  },
  coroutine = {
    function() return create(error) end, function() return create(print) end,
    function() local dead = create(function() end) resume(dead) return dead end,
    function() local failed = create(error) resume(failed, "text") return failed end,
    function() local waiting = create(function(...) yield(...) return 5, ... end) resume(waiting, 1) return waiting end,
    function()
      local pending = create(function() local x <close> = setmetatable({}, { __close = function() error("in close", 0) end }) yield() end)
      resume(pending) return pending
    end,
    function() return (running()) end, function() return yield end, function() return wrap(function(...) return yield(...) end) end,
  },
  debug = {
    function() return "n" end, function() return "S" end, function() return "l" end, function() return "u" end, function() return "t" end,
    function() return "r" end, function() return "f" end, function() return ">f" end, function() return "nSlutrfL" end, function() return "X" end,
    function() return "c" end, function() return "crl" end, function() return 2 end, function() return 3 end, function() return 300 end,
    function() local waiting = create(function(first, ...) local second = 7 yield(...) end) resume(waiting, 1, 2, 3) return waiting end,
    opened "r",
  },
  package = {
    function() return "module" end, function() return "broken" end, function() return "string" end, function() return "./?.lua;./?.x" end,
    function() return "a.module" end, function() return "-module" end, function() return ";;?" end, function() return "." end, function() return "/" end,
  },
  base = {
    function() return "module.lua" end, function() return "broken.lua" end, function() return "data" end, function() return "t" end,
    function() return "b" end, function() return "count" end, function() return "step" end, function() return "isrunning" end,
    function() return "incremental" end, function() return "generational" end, function() return "setpause" end,
    function() return "setstepmul" end, function() return "@off" end, function() return "stop" end, function() return "module" end,
    function() return "return ..." end, opened "r",
  },
}
local makers = { unpack(common) }
for _, maker in ipairs(special[which]) do makers[#makers + 1] = maker end

-- Functions that end the program or wait for it to be typed to; and what is Moonset's own to say: it loads no C libraries.
local left_out = { exit = true, debug = true, loadlib = true, clock = true, randomseed = true, setcstacklimit = true }
local functions = {}
if which == "base" then
  for _, name in ipairs { "print", "dofile", "loadfile", "collectgarbage", "require", "warn", "error", "xpcall", "pcall", "load" } do functions[name] = _G[name] end
elseif which == "file" then
  for name, f in pairs(file_metatable.__index) do functions[name] = f end
  for name, f in pairs(file_metatable) do if type(f) == "function" then functions[name] = f end end
else
  for name, f in pairs(_G[which]) do if type(f) == "function" and not left_out[name] then functions[name] = f end end
  if which == "package" then
    functions.require = require
    for i = 1, 2 do functions["searcher" .. i] = package.searchers[i] end
  end
end
-- A program of the system is started for each call.
local slow = { execute = true, popen = true }
-- Functions after which files have to be written again.
local changing = { remove = true, rename = true, open = true, output = true, write = true, popen = true, execute = true }
-- The reference first takes the memory that it was told to read into, the shell's options are the system's.
local function allowed(name, args)
  for i = 1, #args do
    local number = tonumber(args[i])
    if number and (name == "read" or name == "lines") and (number < 0 or number > 1e9) then return false end
    if number and (name == "execute" or name == "popen") and not (number >= 0) then return false end
  end
  -- What a function of the library keeps on the stack is its own affair.
  if name == "getlocal" and type(args[1]) == "number" and args[1] >= 1 then return false end
  if name == "setlocal" and type(args[1]) == "number" and args[1] >= 1 then return false end
  -- A file stays one whatever its metatable is.
  if name == "setmetatable" and io_type(args[1]) then return false end
  if name == "searchpath" then
    -- C says nothing on which argument is looked at first.
    local wrong = 0
    for i = 1, 4 do
      local kind = type(args[i])
      if kind ~= "string" and kind ~= "number" and (i <= 2 or kind ~= "nil") then wrong = wrong + 1 end
    end
    return wrong <= 1
  end
  -- How much there is to do for a step, only the collector knows.
  return name ~= "collectgarbage" or args[1] ~= "step"
end
-- Numbers that tell the time, the memory, or nothing.
local hidden = { tmpname = "string", time = "number", getregistry = "table", collectgarbage = "float" }

local function text(value, deep)
  local kind = type(value)
  if kind == "string" then
    value = gsub(format("%q", value), "0x%x%x%x%x%x%x%x+", "ADDRESS")
    return (gsub(value, "/tmp/[%w_]+", "TEMPORARY"))
  end
  if kind == "number" then return (math_type(value) == "float" and "float " or "") .. tostring(value) end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  if kind == "userdata" and io_type(value) then return io_type(value) end
  if kind == "table" and deep then
    local parts = {}
    for k, v in pairs(value) do parts[#parts + 1] = tostring(k) .. "=" .. text(v) end
    sort(parts)
    return "{" .. concat(parts, " ") .. "}"
  end
  return kind
end

local function outcome(name, ok, ...)
  local n = select("#", ...)
  local list = {}
  for i = 1, n > 20 and 20 or n do
    local value = (select(i, ...))
    if hidden[name] and (type(value) == hidden[name] or math_type(value) == hidden[name]) then list[i] = hidden[name]
    else list[i] = text(value, getmetatable(value) == nil) end
  end
  return (ok and n or "error") .. ": " .. concat(list, ", ")
end

local state = 12345
local function random(n)
  state = (state * 1103515245 + 12345) & 0x7fffffff
  return (state >> 8) % n + 1
end

local lines = {}
local function call(name, f, picks)
  local args = {}
  for i = 1, #picks do args[i] = makers[picks[i]]() end
  if not allowed(name, args) then return end
  -- In a coroutine of its own, whose stack holds two functions: levels beyond these are out of range.
  if name == "date" and args[2] == nil then args[2] = 0 end
  -- A hook that it sets may fail when it returns.
  local function body(...) return pcall(f, ...) end
  local result = outcome(name, pcall(wrap(body), unpack(args, 1, args[2] == 0 and 2 or #picks)))
  lines[#lines + 1] = name .. "(" .. concat(picks, " ") .. ") " .. result
  -- What the call may have left behind.
  set_hook()
  for _, value in ipairs { 0, print, true, running() } do set_metatable(value, nil) end
  set_metatable(nil, nil)
  set_metatable("", string_metatable)
  set_metatable(stdin, file_metatable)
  if which == "io" then input(stdin) output(stdout) end
  if which == "os" then set_locale("C") end
  for i = 1, #picks do if io_type(args[i]) == "file" and args[i] ~= stdin then args[i]:close() end end
  if #lines % 200 == 0 then collect("restart") collect("incremental", 200, 100, 13) collect() end
  package.loaded.module = nil
  if changing[name] then fill() end
end

local names = {}
for name in pairs(functions) do names[#names + 1] = name end
sort(names)
for _, name in ipairs(names) do
  local f = functions[name]
  call(name, f, {})
  for i = 1, #makers do call(name, f, { i }) end
  local pairs_of = slow[name] and 0 or #makers
  for i = 1, pairs_of do for j = 1, #makers do call(name, f, { i, j }) end end
  for _ = 1, slow[name] and 12 or rounds do
    local picks = {}
    for k = 1, 2 + random(3) do picks[k] = random(#makers) end
    call(name, f, picks)
  end
end
local file <close> = open("outcome", "w")
file:write(concat(lines, "\n"), "\n")
