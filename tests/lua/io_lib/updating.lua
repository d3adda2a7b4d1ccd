-- Streams: updating, default files, iterators and their errors, the texts of loading.
local name = os.tmpname()
local function content() local f = io.open(name) local s = f:read("a") f:close() return s end
local function try(mode, init, ...)
  local f = io.open(name, "w") f:write(init) f:close()
  f = assert(io.open(name, mode))
  local ops = {...}
  local i = 1
  while ops[i] do
    local op, arg, arg2 = ops[i], ops[i+1], ops[i+2]
    if op == "read" then io.write("read ", tostring(f:read(arg)), "; ") i = i + 2
    elseif op == "write" then io.write("write ", tostring(f:write(arg) == f), "; ") i = i + 2
    elseif op == "seek" then io.write("seek ", tostring(f:seek(arg, arg2)), "; ") i = i + 3
    elseif op == "flush" then io.write("flush ", tostring((f:flush())), " ", content(), "; ") i = i + 1
    elseif op == "buf" then io.write("buf ", tostring(f:setvbuf(arg)), " ", content(), "; ") i = i + 2 end
  end
  print(f:close(), (content():gsub("\n", "\\n")))
end
try("r+", "abcdef", "read", 2, "seek", "cur", 0, "write", "XY", "seek", "cur", 0, "read", 1, "seek", "set", 0, "read", "a")
try("w+", "abcdef", "write", "hello", "seek", "set", 1, "read", 2, "seek", "cur", 0, "write", "P", "seek", "set", 0, "read", "a")
try("a+", "abc\n", "read", 2, "seek", "set", 0, "write", "def", "seek", "set", 0, "read", "a", "write", "!", "seek", "cur", 0)
try("a+", "abc\n", "seek", "cur", 0, "read", 2, "seek", "cur", 0, "read", "a", "seek", "set", 1, "read", "l")
try("a", "abc", "write", "x", "flush", "seek", "cur", 0, "seek", "set", 0, "write", "y")
try("r+", "one\ntwo\nthree\n", "read", "l", "seek", "cur", 0, "write", "TWO", "flush", "seek", "cur", 0, "read", "l", "read", "l", "read", "l")
try("w", "abc", "buf", "line", "write", "no end", "write", " end\nmore", "flush")
try("w", "abc", "buf", "no", "write", "a", "flush", "buf", "full", "write", "b", "seek", "end", 10, "write", "z")
try("r", "abc", "read", 10, "read", 10, "read", 0, "read", "a", "read", "l", "seek", "set", 0, "read", 0, "read", "L", "seek", "end", 5, "read", 1)
-- files in coroutines of reading: several handles of one file
local a, b = io.open(name, "w"), io.open(name, "r")
a:write("part 1\n") print(b:read()) a:flush() print(b:read()) a:write("part 2") print(b:read()) a:close() print(b:read(), b:read())
b:close()
-- default files
io.output(name) print(io.output() == io.stdout, io.type(io.output())) io.write(1, " ", 2.5, "\n") 
print(type((io.lines()))) io.close() print(pcall(io.write, "x")) print(pcall(io.flush)) print(pcall(io.close)) io.output(io.stdout)
io.input(name) for l in io.lines() do print(l) end print(io.type(io.input())) print(io.read()) io.close(io.input()) print(pcall(io.read)) print(pcall(io.lines)) io.input(io.stdin)
for l, n in io.lines(name, "n", "l") do print(l, n) end
print(pcall(function() for l in io.lines(name) do error("in loop") end end))
local function two() for l in io.lines(name) do return l end end print(two())
local f = io.lines(name) print(f()) print(f()) print(pcall(f))
print(pcall(io.lines, "/no/such/file")) print(pcall(io.open)) print(pcall(io.open, name, {}))
do local f = setmetatable({}, getmetatable(io.stdout)) print(io.type(f)) print(pcall(io.stdout.write, f)) print(pcall(tostring, f)) end
print(getmetatable(io.stdout).__index == io.stdout.__index, getmetatable(io.stdout).__index.read == io.stdout.read, io.stdout.nothing)
print(pcall(function() return io.stdout.x.y end))
print(pcall(function() return io.stdout + 1 end)) print(pcall(function() return #io.stdout end)) print(pcall(function() io.stdout() end)) print(pcall(function() io.stdout.x = 1 end))
local mt = getmetatable(io.stdout) local k = {} for n in pairs(mt) do k[#k+1] = n end table.sort(k) print(table.concat(k, " "))
k = {} for n in pairs(mt.__index) do k[#k+1] = n end table.sort(k) print(table.concat(k, " "))
k = {} for n in pairs(io) do k[#k+1] = n end table.sort(k) print(table.concat(k, " "))
k = {} for n in pairs(os) do k[#k+1] = n end table.sort(k) print(table.concat(k, " "))
local f <close> = io.open(name) print(f:close()) print(pcall(mt.__gc, f), pcall(mt.__close, f)) print(pcall(mt.__gc)) print(pcall(mt.__tostring, 1))
os.remove(name)
print(load(function() return {} end)) print(load(function() error("reader") end)) print(pcall(load, {})) print(pcall(load)) print(load("return 1", "n", "b")) print(load("\27Lua", "n", "t")) print(load("x =", "=name")) print(load("x =", "@file")) print(load("x ="))
local parts = {"re", "turn", " ", "...", nil} local i = 0 print(load(function() i = i + 1 return parts[i] end)(1, 2))
print(load("return x", "c", "t", {x = 5})()) print(pcall(load("return x", "c", "t", nil))) print(load("return _ENV", "c", nil, 7)())
print(loadfile("/no/such")) print(pcall(dofile, "/no/such")) print(loadfile("/tmp")) print(pcall(loadfile, {})) print(pcall(dofile, {}))
print(load("return 1", nil, "x")) print(load("\27", nil, "x"))
