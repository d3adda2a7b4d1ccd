-- Varargs in hot loops.
local function sum(...)
  local t = { ... }
  local s = 0
  for i = 1, #t do s = s + t[i] end
  return s
end
local function pass(...) return sum(...) end
local function pick(i, ...) return (select(i, ...)) end
local function two(...) local a, b = ...; return a + b, select("#", ...) end
local total, picks, counts = 0, 0, 0
for i = 1, 300 do
  total = total + pass(i, i + 1, 3) + sum() + sum(i)
  picks = picks + pick(i % 3 + 1, 10, 20, 30)
  local s, n = two(i, 1, nil)
  counts = counts + s + n
end
print(total, picks, counts)
local function variable(n) return table.unpack({ 1, 2, 3, 4, 5, 6, 7, 8 }, 1, n) end
local acc = 0
for i = 1, 400 do acc = acc + sum(variable(i % 9)) end
print(acc)
local function opt(a, ...)
  if select("#", ...) == 0 then return a end
  return opt(a + (...), select(2, ...))
end
acc = 0
for i = 1, 200 do acc = acc + opt(i, 1, 2, 3) end
print(acc)
