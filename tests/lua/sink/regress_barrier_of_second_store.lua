-- A new object is stored into an old one twice; the first store waits and is never carried out, the second needs its barrier.
local old = { a = false, b = false }
local list = {}
for i = 1, 16 do list[i] = { x = 0 } end
collectgarbage()
collectgarbage()

local function run(n)
  for i = 1, n do
    if i > 3 then
      local value = { x = i }
      old.a = value
      list[i % 16 + 1] = value
      old.b = value
      old.a = false
    end
  end
end
for _ = 1, 10 do run(50) end
old.a, old.b = false, false
collectgarbage()
collectgarbage()
run(50)
for i = 1, 16 do list[i] = false end

local garbage = {}
for i = 1, 30000 do garbage[i % 128] = { i, x = "s" .. i } end
print(old.b.x)
collectgarbage()
print(old.b.x, old.a)
