-- runs: 10000
-- per iteration: gc.allocated_bytes == 40
-- An object with a finalizer has to exist.
local N = tonumber(arg[1])
local n = 0
local mt = {__gc = function() n = n + 1 end}
local s = 0
for i = 1, N do
  local o = setmetatable({v = i}, mt)
  s = s + o.v
end
collectgarbage()
collectgarbage()
print(s, n == N)
