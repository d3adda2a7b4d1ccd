-- A carried pair whose sides have unequal numbers of stores.
local a, b = { n = 0 }, { n = 0 }
for i = 1, 300 do
  local x, y = { n = a.n }, { n = b.n }
  x.n = x.n + 1
  x.m = i
  if i % 3 == 0 then y.n = y.n - 1 end
  a, b = x, y
end
print(a.n, a.m, b.n, b.m)
-- A red-black tree, whose rotations swap children and colours.
local function rotate_left(t) local r = t.r; t.r = r.l; r.l = t; return r end
local function rotate_right(t) local l = t.l; t.l = l.r; l.r = t; return l end
local function red(t) return t ~= nil and t.red end
local function fix(t)
  if red(t.r) and not red(t.l) then t = rotate_left(t); t.red = t.l.red; t.l.red = true end
  if red(t.l) and red(t.l.l) then t = rotate_right(t); t.red = t.r.red; t.r.red = true end
  if red(t.l) and red(t.r) then t.red = not t.red; t.l.red = not t.l.red; t.r.red = not t.r.red end
  return t
end
local function insert(t, k)
  if t == nil then return { k = k, red = true } end
  if k < t.k then t.l = insert(t.l, k) elseif k > t.k then t.r = insert(t.r, k) end
  return fix(t)
end
local root, x = nil, 5
for i = 1, 300 do
  x = x * 16807 % 2147483647
  root = insert(root, x % 1000)
  root.red = false
end
local function check(t) if t == nil then return 1, 0 end local bl, n1 = check(t.l); local br, n2 = check(t.r); assert(bl == br and not (t.red and (red(t.l) or red(t.r)))); return bl + (t.red and 0 or 1), n1 + n2 + 1 end
print(check(root))
