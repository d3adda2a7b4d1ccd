-- break, goto out of loops, return out of loops, loops that end at once.
local function first_over(t, limit)
  for i, v in ipairs(t) do
    if v > limit then return i, v end
  end
  return nil
end
local t = {}
for i = 1, 100 do t[i] = i * 37 % 101 end
local s = 0
for limit = 1, 100 do s = s + (first_over(t, limit) or 1000) end
print(s, first_over(t, 100))
local n = 0
for i = 1, 200 do
  for j = 1, 50 do
    if j == i % 9 then break end
    n = n + 1
  end
end
print(n)
local function search(x)
  local lo, hi = 1, 1000
  while true do
    local mid = (lo + hi) // 2
    if mid * mid == x then return mid end
    if lo >= hi then return -1 end
    if mid * mid < x then lo = mid + 1 else hi = mid end
  end
end
local hits = 0
for i = 1, 300 do hits = hits + search(i * i) end
print(hits, search(2), search(999999))
local i, acc = 0, 0
while true do
  i = i + 1
  if i > 500 then goto done end
  if i % 2 == 0 then goto continue end
  acc = acc + i
  ::continue::
end
::done::
print(i, acc)
repeat
  local x = i - 1
  i = x
  if x % 100 == 0 then break end
until x < 450
print(i)
local calls = 0
local function once() for k = 1, 10 do calls = calls + 1; return k end end
for k = 1, 150 do once() end
print(calls)
