-- What a finalizer runs is interrupted in the middle of its own instructions: hooks and handlers see frames that live on.
local seen, handled = 0, 0
local function work(n)
  local t = { n, n + 1 }
  for i = 1, 5 do t[#t + 1] = "s" .. i + n end
  return #t + #t[3]
end
local function object(n)
  return setmetatable({}, { __gc = function()
    debug.sethook(function(event)
      local garbage = {}
      for i = 1, 3 do garbage[i] = { event, i } end
      seen = seen + #garbage
    end, "r")
    local total = work(n) + work(n + 1)
    debug.sethook()
    local ok, length = xpcall(function(a) local b = { a } return b.x.y end, function(m)
      local parts = {}
      for i = 1, 5 do parts[i] = m .. i end
      return #parts
    end, n)
    handled = handled + length + (total > 0 and 1 or 0)
  end })
end
for i = 1, 20 do
  object(i)
  local s = tostring(i) .. "x"
  collectgarbage()
  assert(s == i .. "x")
end
print(seen, handled)
