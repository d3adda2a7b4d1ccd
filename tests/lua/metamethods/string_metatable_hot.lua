-- The table behind the methods of strings changes while a compiled loop uses it.
local mt = getmetatable("")
local library = mt.__index
local text, log = "abc", {}
local function step(i)
  local up, len = text:upper(), text:len()
  return up .. len
end
local last
for i = 1, 400 do
  if i == 100 then mt.__index = setmetatable({ upper = function(s) return "<" .. s .. ">" end }, { __index = library }) end
  if i == 200 then mt.__index = function(s, k) return function() return k end end end
  if i == 300 then mt.__index = library end
  local now = step(i)
  if now ~= last then log[#log + 1] = i .. "=" .. now last = now end
end
print(table.concat(log, " "))
library.extra = function(s) return #s end
local sum = 0
for i = 1, 200 do
  if i == 100 then library.extra = function(s) return 1000 end end
  sum = sum + text:extra()
end
library.extra = nil
print(sum)
