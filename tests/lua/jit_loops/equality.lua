-- Strings are equal by their bytes, however they were made and however long they are; tables are by identity or by `__eq`;
-- order of strings is that of bytes; integers and floats are equal by value.
local long = ("x"):rep(60)
local same, different, less = 0, 0, 0
for i = 1, 200 do
  local made = "k" .. i % 3
  if made == "k1" then
    same = same + 1
  end
  local made_long = long .. i % 2
  if made_long == ("x"):rep(60) .. "1" then
    same = same + 1
  else
    different = different + 1
  end
  if made < "k2" then
    less = less + 1
  end
  if made_long <= long .. "0" then
    less = less + 1
  end
end
print(same, different, less)

local Point = {
  __eq = function(a, b)
    return a.x == b.x
  end,
  __lt = function(a, b)
    return a.x < b.x
  end,
  __le = function(a, b)
    return a.x <= b.x
  end,
}
local equal, identical, before, at_most = 0, 0, 0, 0
local fixed = setmetatable({ x = 7 }, Point)
for i = 1, 300 do
  local a, b = setmetatable({ x = i % 10 }, Point), { x = i % 10 }
  if a == fixed then
    equal = equal + 1
  end
  if i % 50 == 0 then
    setmetatable(b, Point)
  end
  -- One metamethod is enough.
  if a == b then
    equal = equal + 1
  end
  if rawequal(a, b) or { x = 1 } == { x = 1 } then
    identical = identical + 1
  end
  before = before + (a < fixed and 1 or 0)
  at_most = at_most + (a <= fixed and 1 or 0)
end
print(equal, identical, before, at_most)

local numbers = 0
local mixed = { 1, 1.0, 2 ^ 53, (1 << 53) + 1, "1", math.maxinteger, math.maxinteger + 0.0, -0.0, 0 }
for round = 1, 40 do
  for i = 1, #mixed do
    for j = 1, #mixed do
      if mixed[i] == mixed[j] then
        numbers = numbers + 1
      end
    end
  end
end
print(numbers)

-- Values of two types are never equal, and keys are as values are.
local hits, t = 0, { [1] = "a", ["1"] = "b", [2 ^ 53] = "c" }
for i = 1, 120 do
  local key = i % 4 == 0 and 1.0 or i % 4 == 1 and "1" or i % 4 == 2 and 1 << 53 or true
  if t[key] then
    hits = hits + #t[key] * i
  end
  if key == 1 or key == nil then
    hits = hits + 1
  end
end
print(hits)
