-- options: --opt=hot_loop=10 --opt=hot_call=10 --opt=max_wait=20
-- expect: jit.aborts > 0
-- trace: long_wait.lua:15 -- called function runs long at
-- A recording that waits too long for a called function is given up, where the call stands: the instruction that the
-- interpreter is at belongs to another function.

local function nodes(depth)
  if depth == 0 then return 0 end
  local left = nodes(depth - 1)
  return left + nodes(depth - 1) + 1
end

local sum = 0
for _ = 1, 60 do
  sum = sum + nodes(5)
end
print(sum)
