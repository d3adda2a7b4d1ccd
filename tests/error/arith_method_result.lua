local t = { get = function() end }
print(t:get() + 1)
