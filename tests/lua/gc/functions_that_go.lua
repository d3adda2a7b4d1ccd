-- A function that has been compiled is garbage like any other when nobody refers to it, with all that it refers to.

local weak = setmetatable({}, {__mode = "k"})

-- A chunk with a loop of its own.
do
  local f = load("local s = 0 for i = 1, 1000 do s = s + i end return s")
  local s = 0
  for _ = 1, 10 do
    s = s + f()
  end
  print(s)
  weak[f] = true
end
collectgarbage()
print(next(weak))

-- A closure, and the table that it alone refers to.
do
  local t = {n = 0}
  local function count(k)
    for i = 1, k do
      t.n = t.n + i % 3
    end
    return t.n
  end
  for _ = 1, 10 do
    count(1000)
  end
  print(t.n)
  weak[t], weak[count] = true, true
end
collectgarbage()
print(next(weak))

-- A module with methods, loaded and used, again and again.
local finalized = 0
for i = 1, 20 do
  local module, result = load([[
    local M = {}
    M.__index = M
    function M.new(x) return setmetatable({x = x}, M) end
    function M:add(y) return M.new(self.x + y) end
    function M.run(n)
      local p = M.new(0)
      for i = 1, n do p = p:add(i) end
      return p.x
    end
    return M, M.run(1000) + M.run(500)
  ]])()
  module.guard = setmetatable({}, {__gc = function() finalized = finalized + 1 end})
  weak[module] = i
  if i % 10 == 0 then
    print(result)
  end
end
collectgarbage()
collectgarbage()
print(next(weak), finalized)

-- A coroutine that is left within a hot loop.
do
  local co = coroutine.wrap(load([[
    local s = 0
    for i = 1, 1e9 do
      s = s + i
      if i % 1000 == 0 then coroutine.yield(s) end
    end
  ]]))
  for _ = 1, 5 do
    co()
  end
  print(co())
  weak[co] = true
end
collectgarbage()
print(next(weak))
