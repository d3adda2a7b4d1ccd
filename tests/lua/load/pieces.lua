-- A reader is asked for the next piece when the one before has been read, and no more after a syntax error.
local function endless(first, rest)
  local calls = 0
  return function()
    calls = calls + 1
    if calls > 100000 then error("asked for ever") end
    return calls == 1 and first or rest
  end, function() return calls end
end

local function show(...)
  print(select("#", ...), type(...), select(2, ...))
end

for _, case in ipairs {
  { "x = = 1", " y" }, { "", "never" }, { "return 1 +", "*" }, { "x", "y " }, { "return 'abc", "\n" }, { "x = 1 x", " = 2 x" },
  { "x = 5", "e" }, { "x = 5", "." }, { "goto", " end " }, { "return", " return" }, { "@", "@" }, { "x = [==", "-" }, { "--[==[ comment ]==] ?", "?" },
  { "x = '\\", "q" }, { "x = '\\x4", "z" }, { "x = '\\u{", "x" }, { "(", "(" }, { "x = {", "{" }, { "if x then", " end end" }, { "local x <", "y> " },
} do
  local reader, calls = endless(case[1], case[2])
  show(load(reader, "=endless"))
  print(calls())
end

-- Every way to cut a text gives the same function.
local text = [==[
local a <const>, b = 0x10, 3.5e1   -- a comment
--[[ a long
comment ]] local c = [=[long
string]] ]=] .. 'it\'s \x41\u{48}\065\z
   end' .. "two" ..
 'three'
goto done
::done:: return a // 1, b, c, a ~= b, a <= b, a >> 1, a << 1, ..., #c
]==]
for length = 1, 40 do
  local at = 1 - length
  local f = assert(load(function()
    at = at + length
    return text:sub(at, at + length - 1)
  end, "=cut"))
  if length % 13 == 1 then print(f("x")) end
  assert(select(3, f()) == select(3, load(text)()))
end

-- What the reader does wrong.
show(load(function() return true end))
show(load(function() return {} end))
show(load(function() error("in the reader") end))
show(load(function() error({}) end) == nil)
local n = 0
show(load(function() n = n + 1 if n == 2 then error("second") end return "x = " end))
n = 0
show(load(function() n = n + 1 if n == 2 then return true end return "x = = " end, "=first"))
n = 0
show(load(function() n = n + 1 if n == 3 then return true end return "x = 1 " end, "=later"))
show(load(coroutine.wrap(function() coroutine.yield("return ") coroutine.yield("1") end)))
show(coroutine.resume(coroutine.create(function() return load(coroutine.yield) end)))

-- A reader that loads.
local inner
local outer = load(function()
  if inner then return nil end
  inner = load(function() if not inner then inner = true return "return 7" end end)
  return "return 8"
end)
print(inner(), outer())

-- Modes are looked at before the second piece.
local asked = 0
show(load(function() asked = asked + 1 return asked == 1 and "\27Lua" or nil end, "=binary", "t"))
show(load(function() asked = asked + 1 return "return 1" end, "=text", "b"))
print(asked)
-- A binary chunk in pieces.
local chunk, at = string.dump(function(...) return "dumped", ... end), 0
print(load(function() at = at + 1 return chunk:sub(at, at) end, "=dumped", "b")(1, 2))
-- The environment
print(load(coroutine.wrap(function() coroutine.yield("return ") coroutine.yield("x") end), "=env", "t", { x = "mine" })())
-- Long tokens
local parts = 0
print(#load(function() parts = parts + 1 return parts == 1 and "return '" or parts < 5000 and "0123456789" or parts == 5000 and "'" or nil end)())
