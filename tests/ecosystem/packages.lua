-- packages: lua-basexx=0.3-2.1 lua-binaryheap=0.4-2 lua-fifo=0.2-3.1 lua-mediator=1.1.2-0-8 lua-inifile=1.0-3 lua-inspect=3.1.1-2 lua-moses=2.1.0-1 lua-say=1.4.1-2 lua-luassert=1.9.0-1 lua-cliargs=3.0-2-5
-- Small packages, a few uses of each.

require "sorted_pairs"

local basexx = require "basexx"
print(basexx.to_base64 "Moonset\0\255", basexx.from_base64 "TW9vbnNldAD/", basexx.to_base32 "hello", basexx.from_crockford(basexx.to_crockford "hello"))
print(basexx.to_hex "\1\254z", basexx.from_hex "01fe7a" == "\1\254z", basexx.to_bit "ab", basexx.to_z85 "12345678", basexx.from_base64 "!!")

local heap = require "binaryheap".minUnique()
for i = 1, 50 do heap:insert((i * 7919) % 101, "p" .. i) end
heap:update("p3", -1)
heap:remove "p7"
local order = {}
for _ = 1, 10 do
  local payload, value = heap:pop()
  order[#order + 1] = payload .. ":" .. value
end
print(table.concat(order, " "), heap:size(), (heap:peek()))

local fifo = require "fifo"
local queue = fifo(1, 2, nil, 4)
queue:push(5)
print(queue:length(), queue:pop(), queue:pop(), queue:pop(), queue:peek(1), queue:remove(2), queue:length())
print(pcall(function() queue.field = 1 end))

local mediator = require "mediator"()
local heard = {}
mediator:subscribe({ "a" }, function(...) heard[#heard + 1] = "a:" .. table.concat({ ... }, ",") end)
local second = mediator:subscribe({ "a", "b" }, function(x) heard[#heard + 1] = "ab:" .. x return x, x == "go" end, { priority = 1 })
mediator:publish({ "a", "b" }, "go")
mediator:publish({ "a" }, 1, 2)
mediator:removeSubscriber(second.id, { "a", "b" })
mediator:publish({ "a", "b" }, "again")
print(table.concat(heard, " "))

local inifile = require "inifile"
local function put(text)
  local file <close> = assert(io.open("t.ini", "w"))
  file:write(text)
end
put "[one]\na = 1\nb=true\n; note\n[two]\ntext = x y\nk = v = w\nn=0x10\n"
local ini = inifile.parse("t.ini", "io")
print(ini.one.a, ini.one.b, ini.two.text, ini.two.k, ini.two.n)
ini.one.a = "changed"
inifile.save("t.ini", ini, "io")
print((assert(io.open "t.ini"):read "a"))
print(pcall(inifile.parse, "no such file.ini", "io"))

local inspect = require "inspect"
local cyclic = { 1, 2, { "three", [4.5] = true }, key = "va\nlue", ["not a name"] = false }
cyclic.self = cyclic
print(inspect(cyclic))
print(inspect(cyclic, { depth = 1, newline = " ", indent = "" }))
print(inspect(setmetatable({ 1 }, { __index = { x = 1 } }), { process = function(item, path) if path[#path] ~= inspect.METATABLE then return item end end }))

local M = require "moses"
print(table.concat(M.map({ 1, 2, 3 }, function(v) return v * v end), " "), M.reduce({ 1, 2, 3 }, function(a, b) return a + b end))
print(table.concat(M.sort(M.uniq { 3, 1, 3, 2, 1 }), " "), M.isEqual({ 1, { 2 } }, { 1, { 2 } }), M.include({ 1, 2 }, 2), M.max { 1, 5, 2 })
print(table.concat(M.flatten { 1, { 2, { 3, { 4 } } } }, " "), table.concat(M.range(1, 10, 3), " "), M.compose(math.abs, math.floor)(-1.5))
print(M.chain({ 5, 3, 8 }):map(function(v) return v + 1 end):filter(function(v) return v > 4 end):sort():concat(","):value())
local memoized = 0
local fib = M.memoize(function(n) memoized = memoized + 1 return n * 2 end)
print(fib(3), fib(3), memoized)

local say = require "say"
say:set_namespace "xx"
say:set("greet", "Hello %s, %d times")
say:set_namespace "yy"
say:set_fallback "xx"
print(say("greet", { "you", 3 }), say "nothing")

local assert = require "luassert"
print(pcall(assert.are.equal, 1, 2))
print(pcall(assert.are.same, { a = { 1, 2 } }, { a = { 1, 3 } }))
print(pcall(assert.has_error, function() end))
print(pcall(assert.has.errors, function() error "x" end, "y"))
print(pcall(assert.is_true, "no"), pcall(assert.is_nil, nil), pcall(assert.is_not_nil, nil), pcall(assert.matches, "%d+", "abc"))
local spy = require "luassert.spy"
local s = spy.new(function(x) return x end)
s(1)
s("two", nil)
assert.spy(s).was.called(2)
assert.spy(s).was.called_with(1)
print(pcall(function() assert.spy(s).was.called_with(3) end))
local stub = require "luassert.stub"
local object = { f = function() return "real" end }
stub(object, "f").returns "stubbed"
print(object.f())
object.f:revert()
print(object.f())

local cli = require "cliargs"
cli:set_name "prog"
cli:argument("ROOT", "where")
cli:option("-c, --compress=[FILTER]", "how", "gzip")
cli:option("-o FILE", "what")
cli:flag("-v, --version", "version")
cli:flag("-q, --[no-]quiet", "quiet", true)
local result = cli:parse({ "-o", "x", "--compress=bz", "dir" }, true)
print(result.ROOT, result.o, result.c, result.v, result.q)
print(cli:parse({ "--bad" }, true))
print(cli:parse({}, true))
cli:print_help()
