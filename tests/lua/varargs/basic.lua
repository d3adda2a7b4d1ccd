-- Varargs: counts, nils, forwarding, truncation, in the main chunk.
print(select("#", ...), ...)
local function count(...) return select("#", ...) end
local function all(...) return ... end
local function first(...) return (...) end
print(count(), count(nil), count(nil, nil), count(1, nil, 3, nil))
print(all(1, 2, 3), all(), (all(1, 2, 3)), first(7, 8), first())
print(all(1, 2), all(3, 4))
print(count(all(1, 2, 3), all(1, 2)), count(all(), all()), count((all())))
local function sum(...)
  local s = 0
  for i = 1, select("#", ...) do s = s + (select(i, ...) or 0) end
  return s
end
print(sum(1, 2, 3), sum(nil, 5), sum())
local function pack(...) return { n = select("#", ...), ... } end
local p = pack(1, nil, 3)
print(p.n, #p == 3 or #p == 1, p[3])
local function tail(_, ...) return ... end
print(tail(1, 2, 3), count(tail(1)), count(tail()))
local function mixed(a, b, ...) return a, b, select("#", ...), ... end
print(mixed(1))
print(mixed(1, 2, 3, 4))
local a, b, c = all(1, 2)
print(a, b, c)
local t = { all(1, 2), all(3, 4) }
print(#t, t[1], t[2], t[3])
print((function(...) local x, y = ...; return y, x end)(1, 2))
print(pcall(function(...) return ... end, 1, nil, 3))
local function rec(n, ...) if n == 0 then return select("#", ...) end return rec(n - 1, n, ...) end
print(rec(50))
