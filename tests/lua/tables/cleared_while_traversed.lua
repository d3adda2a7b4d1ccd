-- A traversal that clears fields as it comes to them sees each of them once, wherever the table keeps it and has kept it before.
local keys = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, -1, 0, 1.5, "x", "y", "z", true, false, print }
local state = 12345
local function random(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 65536 % n + 1
end

-- A table whose fields were set and cleared in some order, and a list of what it has.
local function made(steps, initial)
  local t, has = initial and { 10, 20, 30, x = 40 } or {}, {}
  if initial then has[1], has[2], has[3], has.x = true, true, true, true end
  for _ = 1, steps do
    local key = keys[random(#keys)]
    if random(4) == 1 then
      t[key], has[key] = nil, nil
    elseif random(5) == 1 then
      for i = 1, random(8) do t[i], has[i] = i, true end
    else
      t[key], has[key] = steps, true
    end
  end
  local list = {}
  for _, key in ipairs(keys) do
    if has[key] then list[#list + 1] = key end
  end
  return t, list
end

local wrong, seen_in_all = 0, 0
local function check(steps, initial, clear, traverse)
  local t, list = made(steps, initial)
  local seen = {}
  for key, value in traverse(t) do
    if value == nil or seen[key] then wrong = wrong + 1 end
    seen[key] = true
    seen_in_all = seen_in_all + 1
    if clear(key) then t[key] = nil end
  end
  for _, key in ipairs(list) do
    if not seen[key] then wrong = wrong + 1 end
    if (t[key] == nil) ~= clear(key) then wrong = wrong + 1 end
  end
end

local function all() return true end
local function some(key) return type(key) == "number" and key % 2 == 0 or key == "y" end
local function by_next(t) return next, t end
for steps = 1, 40 do
  for _ = 1, 6 do
    check(steps, false, all, pairs)
    check(steps, true, all, by_next)
    check(steps, false, some, by_next)
    check(steps, true, some, pairs)
  end
end
print(wrong, seen_in_all)

-- The smallest of these: a key that was in the hash part and is an element now.
local t = {}
t[4], t[1.5], t.x, t.y = "d", "f", 1, 2
t[1], t[2], t[3] = "a", "b", "c"
local count = 0
for key in pairs(t) do
  count = count + 1
  t[key] = nil
end
print(count, next(t))
t = {}
t[3] = 1
t[3] = nil
t[1], t[2], t[3], t.x = 1, 2, 3, 4
count = 0
for key in next, t do
  count = count + 1
  t[key] = nil
end
print(count, next(t))
