-- `ipairs` over tables whose elements `__index` has: all of them, or those behind their own.
local store = { 10, 20, 30, 40 }
local proxy = setmetatable({}, { __index = store })
local half = setmetatable({ 1, 2 }, { __index = store })
local made = setmetatable({}, { __index = function(_, i) if i <= 3 then return i * i end end })
local function sum(t)
  local total, last = 0, 0
  for i, v in ipairs(t) do
    total = total + i * v
    last = i
  end
  return total, last
end
for i = 1, 30 do
  if i == 12 then store[5] = 50 end
  if i == 20 then store[2] = nil end
  if i % 5 == 0 or i == 12 then print(i, sum(proxy), sum(half), sum(made)) else sum(proxy) sum(half) sum(made) end
end
store[2] = 20
getmetatable(half).__index = nil
print(sum(half), sum(proxy))
