-- Zero, the empty string and NaN are true; only nil and false are not.
local function truth(v)
  if v then
    return 1
  end
  return 0
end

local values = { 0, 0.0, -0.0, "", 0 / 0, false, {}, true }
for round = 1, 3 do
  local sum = 0
  for i = 1, 200 do
    local v = values[(i + round) % 9]
    sum = sum * 3 % 1000003 + truth(v)
    if not v then
      sum = sum + 1
    end
    if v == nil then
      sum = sum + 7
    end
    local w = v or 5
    sum = sum + (w == 5 and 2 or 4)
    local x = v and 6
    sum = sum + (x == 6 and 8 or 16)
  end
  print(sum)
end

-- A counter that comes down to zero goes on to count.
local n, steps = 300, 0
while n do
  n = n - 1
  steps = steps + 1
  if n == 0 then
    n = steps < 900 and 300
  end
end
print(steps, n)

-- A field that is zero is there; a field that is false is there too, but not true.
local missing, zero, off = 0, 0, 0
for i = 1, 300 do
  local t = {}
  if i % 3 == 0 then
    t.v = 0
  elseif i % 3 == 1 then
    t.v = false
  end
  if t.v == nil then
    missing = missing + 1
  elseif t.v then
    zero = zero + 1
  else
    off = off + 1
  end
end
print(missing, zero, off)
