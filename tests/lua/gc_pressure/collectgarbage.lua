-- collectgarbage answers with the right kinds of values and collecting changes no result.
print(type(collectgarbage("count")), collectgarbage("count") > 0, collectgarbage(), collectgarbage("collect"))
local t = {}
for i = 1, 300 do t[i] = { i, tostring(i) } end
collectgarbage()
local s = 0
for i = 1, 300 do s = s + t[i][1] + #t[i][2] end
print(s)
local before = t[5]
collectgarbage()
print(before == t[5], t[5][1], t[5][2])
local seen = {}
for i = 1, 20 do seen[t[i]] = i end
collectgarbage()
local ok = true
for i = 1, 20 do ok = ok and seen[t[i]] == i end
print(ok)
print(type(collectgarbage("step")), collectgarbage("isrunning"))
print(pcall(collectgarbage, "nonsense"))
for i = 1, 300 do
  t[i] = nil
  if i % 100 == 0 then collectgarbage() end
end
print(next(t))
