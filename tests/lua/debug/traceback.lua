-- Tracebacks: every kind of function name, tail calls, deep stacks, coroutines that wait or are dead.
-- All in a coroutine, because what runs the main program differs.
coroutine.wrap(function()
local function shown(text) print((text:gsub("0x%x+", "PTR"))) end
shown(debug.traceback())
shown(debug.traceback("message"))
shown(debug.traceback("message", 0))
shown(debug.traceback("message", 2))
shown(debug.traceback("message", 50))
shown(debug.traceback(12))
print(debug.traceback(nil) == debug.traceback())
print(type(debug.traceback({})), debug.traceback(print) == print, debug.traceback(true))

local M = {}
function M.field() shown(debug.traceback("field")) end
function M:method() M.field() end
function global_function() local t = M t:method() end
local function localized() global_function() end
local function upper() localized() end
local function tail() return upper() end
tail()
_G.global_function = nil
pcall(function() M.field() end)
table.sort({1, 2}, function(a, b) if M then shown(debug.traceback("in sort")) M_done = true end return a < b end)
local meta = setmetatable({}, {__index = function(t, k) shown(debug.traceback("index")) return k end,
  __add = function() shown(debug.traceback("add")) return 1 end,
  __close = function() shown(debug.traceback("close")) end})
local _ = meta.key, meta + 1
do local c <close> = meta end
for i in function(_, n) if not n then shown(debug.traceback("iterator")) return 1 end end do end
string.gsub("a", "a", function() shown(debug.traceback("gsub")) end)
load("local f = ... f()", "=chunk")(function() shown(debug.traceback("chunk")) end)
load("local f = ... f()", "some text\nof two lines")(function() shown(debug.traceback("text")) end)

local function deep(n) if n == 0 then return (debug.traceback("deep")) end return (deep(n - 1)) end
for _, n in ipairs({17, 18, 19, 20, 21, 40}) do shown(deep(n)) end

-- coroutines
local co = coroutine.create(function(n)
  local function inside(k)
    if k == 0 then coroutine.yield() else inside(k - 1) end
    error("broken")
  end
  inside(n)
end)
shown(debug.traceback(co))
coroutine.resume(co, 2)
shown(debug.traceback(co))
shown(debug.traceback(co, "waiting"))
shown(debug.traceback(co, "waiting", 1))
shown(debug.traceback(co, nil, 3))
print(coroutine.resume(co))
shown(debug.traceback(co, "dead"))
collectgarbage()
shown(debug.traceback(co, "dead"))
print(coroutine.close(co))
shown(debug.traceback(co, "closed"))
local done = coroutine.create(function() end)
coroutine.resume(done)
shown(debug.traceback(done))
local main = coroutine.running()
coroutine.wrap(function()
  shown(debug.traceback("inner"))
  shown((debug.traceback(main, "of main"):match("^.-\n.-\n[^\n]*")))
end)()
print(xpcall(function() local x = nil; x.y = 1 end, function(m) return (debug.traceback(m):gsub("\n.*", "")) end))
shown(select(2, xpcall(function() error("e") end, debug.traceback)))
shown(select(2, xpcall(function() local t = {} ; return t.x.y end, debug.traceback)))
end)()
