-- The receiver of a method call survives a collection in the __index function that looks the method up.
local found = { size = function(self, n) return #self.items + n end }
local mt = { __index = function(t, k)
  local garbage
  for i = 1, 20 do garbage = { i, tostring(i), garbage } end
  return found[k]
end }
local total = 0
for i = 1, 300 do
  total = total + setmetatable({ items = { i, i, i } }, mt):size(i)
end
print(total)
