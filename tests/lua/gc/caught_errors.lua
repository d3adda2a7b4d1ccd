-- What was raised and caught is garbage once the program has let go of it.

local watched = setmetatable({}, { __mode = "k" })
local function new(tag)
  local o = setmetatable({}, { __tostring = function() return tag end })
  watched[o] = tag
  return o
end

local function report(what)
  collectgarbage()
  collectgarbage()
  local left = {}
  for _, tag in pairs(watched) do left[#left + 1] = tag end
  print(what, #left, table.concat(left, " "))
end

local function raise(tag) error(new(tag)) end

print(pcall(raise, "first"))
report("pcall")
print(xpcall(raise, function(e) return e end, "second"))
report("xpcall")
print(coroutine.resume(coroutine.create(raise), "third"))
report("resume")
print(pcall(coroutine.wrap(raise), "fourth"))
report("wrap")
print(load(function() raise("fifth") end))
report("load")
print(pcall(table.sort, { 3, 2, 1 }, function() raise("sixth") end))
report("sort")
do
  local co = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() raise("seventh") end })
    coroutine.yield()
  end)
  coroutine.resume(co)
  print(coroutine.close(co))
end
report("close")
do
  local kept = table.pack(pcall(raise, "eighth"))
  report("kept")
  print(#kept, tostring(kept[2]))
end
report("dropped")
