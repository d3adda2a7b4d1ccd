-- next, print, io.write and tostring of objects in hot loops.
local t = { 10, 20, 30, a = 1 }
local empty = {}
local count, sum = 0, 0
for i = 1, 600 do
  if next(empty) == nil then count = count + 1 end
  local k, v = next(t)
  sum = sum + k * v
  local k2, v2 = next(t, 2)
  sum = sum + k2 + v2
  if next(t, "a") == nil then count = count + 1 end
  if i % 200 == 0 then print("line", i, sum, nil, true) end
  if i % 150 == 0 then io.write(i, " ", 1.5, "\n") end
end
print(count, sum)

-- a table that changes between calls of next
local set, visits = {}, 0
for i = 1, 300 do
  set[i % 7] = i
  local k = next(set)
  while k ~= nil do
    visits = visits + 1
    k = next(set, k)
  end
  if i % 50 == 0 then set = {} end
end
print(visits)

-- tostring and format of objects: the same text each time
local object = setmetatable({}, { __name = "Thing" })
local same, first, text = 0, tostring(object), tostring(t)
for i = 1, 600 do
  if tostring(object) == first and string.format("%s", t) == text then same = same + 1 end
  if tostring(print) == tostring(print) then same = same + 1 end
end
print(same, first:match("^Thing: ") ~= nil)

-- one that gets a __tostring on the way
local mt = {}
local late = setmetatable({}, mt)
local texts = {}
for i = 1, 600 do
  if i == 500 then mt.__tostring = function() return "late" end end
  local text = tostring(late)
  texts[text == "late" and "late" or "plain"] = (texts[text == "late" and "late" or "plain"] or 0) + 1
  if i >= 599 then print(i, (late)) end
end
print(texts.late, texts.plain)

-- errors of functions that have had an effect before
local lines = {}
for i = 1, 500 do
  local ok, message = pcall(function()
    for j = 1, 3 do
      io.write(i > 498 and "." or "", j == 3 and i > 498 and {} or "")
    end
  end)
  if not ok then lines[#lines + 1] = message end
end
print(#lines)
for _, line in ipairs(lines) do print(line) end
local function writes(bad)
  for i = 1, 500 do
    io.write(i > 497 and i or "", i == bad and print or "")
  end
end
print(pcall(writes, 500))
print(pcall(writes, 501))
