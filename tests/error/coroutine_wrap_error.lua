local w = coroutine.wrap(function()
  local t
  coroutine.yield()
  t.x = 1
end)
w()
w()
