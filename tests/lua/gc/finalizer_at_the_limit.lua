-- A finalizer that cannot be called since calls nest too deeply: the error that ends the recursion is the usual one.
local count = 0
local marked = { __gc = function() end }
local function deeper()
  count = count + 1
  setmetatable({}, marked)
  collectgarbage()
  string.gsub("a", ".", deeper)
end
print(pcall(deeper))
print(count)
