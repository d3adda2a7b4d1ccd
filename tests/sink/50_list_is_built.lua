-- runs: 10000
-- per iteration: gc.allocated_bytes == 48
-- expect: jit.traces >= 1
-- Every object is reached in the end.
local N = tonumber(arg[1])
local l
for i = 1, N do l = {v = i, next = l} end
local s = 0
while l do
  s = s + l.v
  l = l.next
end
print(s)
