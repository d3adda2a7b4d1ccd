-- A best-so-far object, an accumulator filled by an inner loop, complex numbers with an early exit.
local best
for i = 1, 300 do
  local c = { s = i * 7919 % 1009, i = i }
  if best == nil or c.s > best.s then best = c end
end
print(best.s, best.i)
local total = 0
for i = 1, 60 do
  local acc = { sum = 0, n = 0 }
  for j = 1, 8 do acc.sum = acc.sum + i * j; acc.n = acc.n + 1 end
  total = total + acc.sum // acc.n
end
print(total)
local C = {}
C.__index = C
local function complex(re, im) return setmetatable({ re = re, im = im }, C) end
C.__add = function(a, b) return complex(a.re + b.re, a.im + b.im) end
C.__mul = function(a, b) return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re) end
function C:norm2() return self.re * self.re + self.im * self.im end
local inside, steps = 0, 0
for y = 0, 11 do
  for x = 0, 15 do
    local c, z, k = complex(x / 6 - 2, y / 5 - 1.1), complex(0.0, 0.0), 0
    while k < 20 do
      z = z * z + c
      if z:norm2() > 4 then break end
      k = k + 1
    end
    steps = steps + k
    if k == 20 then inside = inside + 1 end
  end
end
print(inside, steps)
local worst = { s = math.huge }
for i = 1, 200 do
  local c = { s = (i * 31 + 7) % 997 + i / 1000 }
  if c.s < worst.s then worst = c end
end
print(worst.s)
