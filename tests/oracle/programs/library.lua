-- Calls every function of a library with arguments of every kind, in every number, and prints what came of each call: the
-- results, or the text of the error. Arguments: the library's name, and the number of random calls of each function.
local which, rounds = LIBRARY, ROUNDS
local pcall, type, tostring, select, pairs, print, error = pcall, type, tostring, select, pairs, print, error
local format, sort, concat, unpack, pack = string.format, table.sort, table.concat, table.unpack, table.pack
local math_type, gsub, find, setmetatable = math.type, string.gsub, string.find, setmetatable
local library = which == "base" and _G or _G[which]

-- What is made anew for each call, so that no call sees what an earlier one has changed.
local makers = {
  function() return nil end, function() return true end, function() return false end,
  function() return 0 end, function() return 1 end, function() return -1 end, function() return 3 end,
  function() return 1.5 end, function() return 2.0 end, function() return -0.0 end, function() return 1 / 0 end,
  function() return 0 / 0 end, function() return math.maxinteger end, function() return math.mininteger end,
  function() return 2 ^ 53 end, function() return 1e300 end, function() return 300 end, function() return -3 end,
  function() return "" end, function() return "abc" end, function() return "10" end, function() return "0x10" end,
  function() return "1e1" end, function() return " 5 " end, function() return "5x" end, function() return "%d %s" end,
  function() return "[a" end, function() return "%" end, function() return "(b)()" end, function() return "a\0b\xff" end,
  function() return "n" end, function() return "#" end, function() return "i4z" end, function() return "%5.2f%q" end,
  function() return {} end, function() return { 1, 2, 3 } end, function() return { "c", "a", "b", n = 3 } end,
  function() return { 1, "x", {} } end, function() return setmetatable({}, { __name = "Named" }) end,
  function() return setmetatable({}, { __index = function(_, k) return k end, __len = function() return 4 end }) end,
  function() return setmetatable({}, { __len = function() return 1.5 end }) end,
  function() return setmetatable({}, { __tostring = function() return 1 end, __metatable = "locked" }) end,
  function() return setmetatable({}, { __newindex = function() error("set", 0) end, __call = function(...) return select("#", ...) end }) end,
  function() return select end, function() return function(...) return ... end end,
  function() return function(a, b) return a and b and a < b end end,
  function() return function() error("called", 0) end end, function() return io.stdout end,
}
local huge = { [13] = true, [15] = true, [16] = true, [11] = true }

-- Functions that print, end the program, read files or ask for the caller's name; and those of Lua 5.3 that a build may have.
local left_out = { print = true, dofile = true, loadfile = true, collectgarbage = true, require = true, warn = true, randomseed = true, error = true }
if which == "math" then
  -- A second name of the same function: which of the two errors give depends on the seed of strings.
  math.atan2 = nil
  for name in ("cosh sinh tanh pow frexp ldexp log10"):gmatch("%w+") do left_out[name] = true end
end
-- Functions that loop for as long as they are told.
local bounded = { rep = true, move = true }

local function text(value)
  local kind = type(value)
  if kind == "string" then return format("%q", value) end
  if kind == "number" then return (math_type(value) == "float" and "float " or "") .. tostring(value) end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  return kind
end

local function outcome(ok, ...)
  if not ok then
    local message = ...
    if type(message) ~= "string" then return "error: " .. text(message) end
    return "error: " .. gsub(message, "0x%x+", "ADDRESS")
  end
  local n = select("#", ...)
  local list = {}
  for i = 1, n > 20 and 20 or n do list[i] = gsub(text((select(i, ...))), "0x%x%x%x%x%x%x+", "ADDRESS") end
  return n .. ": " .. concat(list, ", ")
end

local state = 12345
local function random(n)
  state = (state * 1103515245 + 12345) & 0x7fffffff
  return (state >> 8) % n + 1
end

local function call(name, f, picks)
  local args, shown = {}, {}
  for i = 1, #picks do args[i] = makers[picks[i]](); shown[i] = picks[i] end
  print(name .. "(" .. concat(shown, " ") .. ") " .. outcome(pcall(f, unpack(args, 1, #picks))))
end

local names = {}
for name, f in pairs(library) do
  if type(name) == "string" and type(f) == "function" and not left_out[name] and find(name, "^%l+$") then names[#names + 1] = name end
end
sort(names)
for _, name in ipairs(names) do
  local f = library[name]
  -- What chance wills, and chunks of another format, have nothing to compare.
  if name == "random" or name == "dump" then
    local real = f
    f = function(...) local r = real(...); return type(r) end
  elseif name == "tostring" then
    local real = f
    f = function(...) return (gsub(real(...), "0x%x+", "ADDRESS")) end
  end
  local function allowed(pick) return not (bounded[name] and huge[pick]) end
  call(name, f, {})
  for i = 1, #makers do if allowed(i) then call(name, f, { i }) end end
  for i = 1, #makers do
    for j = 1, #makers do if allowed(i) and allowed(j) then call(name, f, { i, j }) end end
  end
  for _ = 1, rounds do
    local picks = {}
    for k = 1, 2 + random(3) do
      repeat picks[k] = random(#makers) until allowed(picks[k])
    end
    call(name, f, picks)
  end
end
