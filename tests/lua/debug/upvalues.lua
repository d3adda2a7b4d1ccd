-- Upvalues: names, values, identity, joining; also while compiled code uses them.
local a, b, c = 1, 2, 3
local function get() return a + b end
local function set(x) a = x; return c end
for i = 0, 4 do print(i, debug.getupvalue(get, i)) end
print(debug.setupvalue(get, 1, 10), a, get())
print(debug.setupvalue(get, 3, 10))
print(debug.upvalueid(get, 1) == debug.upvalueid(set, 1), debug.upvalueid(get, 2) == debug.upvalueid(set, 2))
print(debug.upvalueid(get, 1) == debug.upvalueid(get, 1), type(debug.upvalueid(get, 1)))
print(debug.upvalueid(get, 5), pcall(debug.upvalueid, print, 1))
print(debug.getupvalue(string.gmatch("x", "x"), 1) == "")
print(debug.getupvalue(print, 1))
print(pcall(debug.getupvalue, 1, 1))
print(pcall(debug.getupvalue, print))
print(pcall(debug.setupvalue, print, 1))
print(pcall(debug.upvaluejoin, get, 9, set, 1))
print(pcall(debug.upvaluejoin, get, 1, set, 9))
print(pcall(debug.upvaluejoin, print, 1, set, 1))
print(pcall(debug.upvaluejoin, 1, 1, set, 1))

-- a hot function whose constant of a variable changes
local factor = 2
local function scaled(x) return x * factor end
local function run(n)
  local sum = 0
  for i = 1, n do sum = sum + scaled(i) end
  return sum
end
print(run(200))
print(debug.setupvalue(scaled, 1, 3), factor, run(200))
debug.setupvalue(scaled, 1, 0.5)
print(run(200))

-- another variable takes its place
local other = 7
local function holder() return other end
debug.upvaluejoin(scaled, 1, holder, 1)
print(run(200))
other = 1
print(run(200), factor)
debug.upvaluejoin(scaled, 1, run, 1)
print(pcall(run, 10))

-- in the middle of a hot loop
local step = 1
local function advance(x) return x + step end
local at = 0
for i = 1, 300 do
  at = advance(at)
  if i == 100 then debug.setupvalue(advance, 1, 10) end
  if i == 200 then debug.upvaluejoin(advance, 1, holder, 1) end
end
print(at, step)
