-- What is compiled is dropped while loops and functions that were compiled are still running: a first weak table or finalizer,
-- or a new metatable of strings, drops it all.
local function inner(n, act)
  local s = 0
  for i = 1, n do
    s = s + i % 7
    if i == 60 and act then
      act()
    end
  end
  return s
end

local acts = {
  function()
    setmetatable({}, { __mode = "k" })
  end,
  function()
    setmetatable({}, { __gc = function() end })
  end,
  function()
    local meta = getmetatable("")
    meta.__add, meta.__add = nil, meta.__add
    debug.setmetatable(1, { __index = { half = 0.5 } })
  end,
  function()
    debug.setmetatable(1, nil)
  end,
  function()
    debug.setmetatable(nil, { __index = function() return 4 end })
  end,
}
local total = 0
for round = 1, 6 do
  for k = 1, #acts do
    for i = 1, 20 do
      total = total + inner(80, i == 15 and acts[k] or nil)
    end
    if k == 3 then
      for i = 1, 60 do
        total = total + (i).half
      end
    end
  end
  local nothing
  for i = 1, 60 do
    total = total + nothing.field
  end
  debug.setmetatable(nil, nil)
end
print(total)
print(pcall(function() return (1).half end))

-- A recursive function whose code goes in the middle of a descent.
local function descend(n)
  if n == 0 then
    debug.setmetatable(true, { __index = { n = 1 } })
    debug.setmetatable(true, nil)
    return 0
  end
  return descend(n - 1) + n % 3
end
local depth = 0
for i = 1, 60 do
  depth = depth + descend(40)
end
print(depth)
