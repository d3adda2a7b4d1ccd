-- Loops that make garbage until the collector says that it has seen it: whatever compiled code does without counts as made.
local function watch(what)
  local seen = false
  setmetatable({}, {__gc = function() seen = true end})
  return function() return seen end, what
end

-- Hot before anything can be seen.
local function warm(n)
  local u
  for i = 1, n do u = {i} end
  return u[1]
end
print(warm(1000))

do
  local seen, what = watch("tables")
  local u
  repeat u = {} until seen()
  print(what, type(u))
end

do
  local seen, what = watch("nested tables")
  local u
  repeat u = {{}, {1, 2}} until seen()
  print(what, #u)
end

do
  local seen, what = watch("closures")
  local u
  repeat local i; u = function() return i end until seen()
  print(what, u())
end

do
  local seen, what = watch("strings")
  local u
  local i = 0
  repeat i = i + 1; u = tostring(i) .. tostring(i) until seen()
  print(what, #u > 1)
end

do
  local weak = setmetatable({}, {__mode = "k"})
  weak[{}] = 1
  local u
  repeat u = {} until next(weak) == nil
  print("weak keys", next(weak))
end

do
  local weak = setmetatable({{}}, {__mode = "v"})
  local function loop()
    local u
    repeat u = {x = 1} until not weak[1]
    return u.x
  end
  print("weak values", loop())
end
print(warm(1000))
