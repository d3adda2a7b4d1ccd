-- Loops whose exits all lead to other hot loops while each path allocates.
local function run(n)
  local s, o = 0, { k = 0 }
  for i = 1, n do
    if i % 2 == 0 then
      for j = 1, 4 do o = { k = o.k + j }; s = s + o.k end
    elseif i % 3 == 0 then
      local j = 0
      while j < 3 do o = { k = o.k - j }; j = j + 1 end
    else
      repeat local p = { o }; o = { k = p[1].k + 1 } until o.k % 3 == 0
    end
    if o.k > 500 then o = { k = o.k - 500 } end
  end
  return s, o.k
end
print(run(400))
print(run(150))
local A, B = {}, {}
A.__index, B.__index = A, B
function A:go(n) return n == 0 and self.v or setmetatable({ v = self.v + 1 }, B):go(n - 1) end
function B:go(n) return n == 0 and self.v or setmetatable({ v = self.v + 2 }, A):go(n - 1) end
local t = 0
for i = 1, 80 do t = t + setmetatable({ v = i }, i % 2 == 0 and A or B):go(i % 9) end
print(t)
