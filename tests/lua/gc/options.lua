-- collectgarbage: every option, its results, its errors; inside a finalizer no option does anything.
print(collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"))
print(collectgarbage("restart"), collectgarbage("isrunning"), collectgarbage(), collectgarbage("collect"))
collectgarbage("incremental")
print(collectgarbage("generational"), collectgarbage("generational"))
print(collectgarbage("incremental"), collectgarbage("incremental", 100, 200, 10))
print(collectgarbage("setpause", 200), collectgarbage("setstepmul", 100))
print(collectgarbage("setpause", 201), collectgarbage("setpause", 5000), collectgarbage("setpause", 0))
print(collectgarbage("step", 1000000), math.type(collectgarbage("count")))
collectgarbage("generational")
print(collectgarbage("step"), collectgarbage("step", 0))

print(pcall(collectgarbage, "foo"))
print(pcall(collectgarbage, 1))
print(pcall(collectgarbage, {}))
print(pcall(collectgarbage, "step", {}))
print(pcall(collectgarbage, "setpause", 1.5))

setmetatable({}, {__gc = function()
  print("in", collectgarbage(), collectgarbage("count"), collectgarbage("isrunning"), collectgarbage("step"),
    collectgarbage("stop"), collectgarbage("incremental"))
end})
collectgarbage()
print(collectgarbage("isrunning"))

-- memory that is let go is no longer counted
local before = collectgarbage("count")
local big = {}
for i = 1, 20000 do big[i] = {i} end
print(collectgarbage("count") > before + 20000 * 32 / 1024)
big = nil
collectgarbage()
print(collectgarbage("count") < before + 64)

-- steps of an incremental collector add up to a cycle; larger ones, to a shorter one
collectgarbage("incremental")
local function steps(size)
  collectgarbage()
  local n, t = 0, {}
  for i = 1, 5000 do t[i] = {{}} end
  repeat n = n + 1 until collectgarbage("step", size)
  return n, #t
end
print(steps(1000000), steps(20) < steps(1))

-- a stopped collector does not collect, however much is made
collectgarbage("stop")
local count, gone = collectgarbage("count"), false
setmetatable({}, {__gc = function() gone = true end})
repeat local t = {{}, {}} ; keep = t until collectgarbage("count") > 3 * count
print(gone)
collectgarbage("restart")
collectgarbage()
print(gone)
