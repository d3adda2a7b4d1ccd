-- Yields across protected calls, metamethods, iterators, tail calls and closing variables.
local yield = coroutine.yield
local function drive(f, ...)
  local co = coroutine.create(f)
  local log, args = {}, table.pack(...)
  while true do
    local r = table.pack(coroutine.resume(co, table.unpack(args, 1, args.n)))
    if coroutine.status(co) == "dead" then
      log[#log + 1] = "| " .. tostring(r[1])
      for i = 2, r.n do log[#log + 1] = tostring(r[i]) end
      return print(table.concat(log, " "))
    end
    log[#log + 1] = tostring(r[2])
    args = table.pack(r[3])
  end
end

-- protected calls
drive(function() return pcall(function() local a = yield("p", 5) error("e" .. a, 0) end) end)
drive(function() return pcall(function() return yield("p", 5), yield("q", 6) end) end)
drive(function() return xpcall(function(...) local a = yield("x", 1) local t = nil; return t.x end, function(m) return "handled " .. m end, 1) end)
drive(function() return pcall(pcall, pcall, function() yield(1) error(nil) end) end)
drive(function() return select("#", pcall(yield, "direct", 7)) end)
drive(function() local ok, m = pcall(function() yield("a") local ok, m = pcall(function() yield("b") error("deep", 0) end) yield(m) error(m .. "er", 0) end) yield(m) return "out" end)

-- metamethods
local mt = {}
for _, event in ipairs { "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat" } do
  mt["__" .. event] = function(a, b) return yield(event, event .. "!") end
end
mt.__unm = function() return yield("unm", -1) end
mt.__bnot = function() return yield("bnot", -2) end
mt.__len = function() return yield("len", 99) end
mt.__eq = function() return yield("eq", true) end
mt.__lt = function() return yield("lt", true) end
mt.__le = function() return yield("le", false) end
mt.__index = function(t, k) return yield("index " .. tostring(k), k) end
mt.__newindex = function(t, k, v) yield("newindex " .. tostring(k)) rawset(t, k, v) end
mt.__call = function(self, ...) return yield("call", select("#", ...)) end
mt.__close = function(_, e) yield("close " .. tostring(e)) end
local function new() return setmetatable({}, mt) end
local a, b = new(), new()
drive(function() return a + 1, 2 - a, a * b, a / 2, 3 % a, a ^ b, a // 1 end)
drive(function() return a & 1, 2 | a, a ~ b, a << 1, 1 >> a, -a, ~a, #a end)
drive(function() return a == b, a ~= b, a < b, a <= b, a > b, a >= b, 1 < a, a <= 1, not (a < 1) end)
drive(function() return a .. b, a .. "x", 1 .. a, "l" .. "m" .. a .. "n" .. "o" .. b .. "p" end)
drive(function() if a == b then yield("yes") else yield("no") end while a <= b do end return "out" end)
drive(function() return a.x, a[1], a[2.5], a["k" .. 1] end)
drive(function() local t = new() t.x = 1 t[1] = 2 t[2.5] = 3 return rawget(t, "x"), rawget(t, 1), rawget(t, 2.5) end)
drive(function() return a(), a(1, 2), (a(1)) end)
drive(function() return a(1, nil) end)
drive(function() local chain = setmetatable({}, { __index = setmetatable({}, { __index = a }) }) return chain.z end)
drive(function() local _ENV = a; return global end)
drive(function() local t = new() local _ENV = t; glob = 4 return rawlen end)
drive(function() return a:method(1) end)

-- closing
drive(function() do local x <close> = new() yield("in") end return "after" end)
drive(function() local x <close> = new() local y <close> = new() return yield("v", 1), yield("w", 2) end)
drive(function() local x <close> = new() return a() end)
drive(function() local x <close> = new() error("oops", 0) end)
drive(function() return pcall(function() local x <close> = new() local y <close> = new() error("oops", 0) end) end)
drive(function() for i = 1, 2 do local x <close> = new() if i == 2 then break end end return "loop" end)
drive(function()
  return pcall(function()
    local x <close> = setmetatable({}, { __close = function(_, e) yield("1 " .. tostring(e)) error("second", 0) end })
    local y <close> = setmetatable({}, { __close = function(_, e) yield("2 " .. tostring(e)) error("first", 0) end })
    return "never"
  end)
end)

-- iterators
drive(function() local s = 0 for i in function(_, i) if i < 3 then return yield("it", i + 1) end end, nil, 0 do s = s + i end return s end)
drive(function() local s = 0 for i, v in pairs(setmetatable({}, { __pairs = function(t) yield("pairs") return next, { 10, 20 }, nil, "dropped" end })) do s = s + v end return s end)
print(select("#", pairs(setmetatable({}, { __pairs = function() end }))))
drive(function() local s = 0 for i in function(_, i) if i < 2 then return i + 1 end end, nil, 0, new() do yield(i) end return "closed" end)

-- tail calls, varargs, recursion
local function tail(n) if n == 0 then return yield("t", "r") end return tail(n - 1) end
drive(function() return tail(1000) end)
drive(function(...) local function f(...) return select("#", ...), yield(select("#", ...), ...) end return f(1, nil, 3) end)
local function deep(n) if n == 0 then yield("bottom") return 0 end return 1 + deep(n - 1) end
drive(function() return deep(5000) end)

-- native functions in between
drive(function() return pcall(table.sort, { 3, 2, 1 }, function(x, y) yield() return x < y end) end)
drive(function() return pcall(string.gsub, "ab", ".", yield) end)
drive(function() return pcall(load, function() yield() end) end)
drive(function() return coroutine.isyieldable(), (string.gsub("a", ".", function() return tostring(coroutine.isyieldable()) end)) end)
drive(function() return tostring(setmetatable({}, { __tostring = function() return tostring(coroutine.isyieldable()) end })) end)
drive(function() return string.gsub("abc", ".", function(c) return coroutine.wrap(function() yield() return c .. c end)() end) end)
