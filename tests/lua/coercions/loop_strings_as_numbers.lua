-- Arithmetic on strings in hot loops: integers, floats, hexadecimal, and strings that stop being numbers.
local parts = { "1", "2.5", "0x10", " 7 ", "1e2" }
local sum, bits, product = 0, 0, 1
for i = 1, 1000 do
  local s = parts[i % #parts + 1]
  sum = sum + s
  sum = sum - ("3" * s) / "2"
  product = product * "1" % "1000003" + s // "2"
  sum = sum + -s + s ^ "2"
  bits = bits ~ math.tointeger(s * "10")
end
print(sum, product, bits)

local n = 0
for i = 1, 600 do
  local year, month = ("2026-11"):match("(%d+)-(%d+)")
  n = n + year * 12 + month
end
print(n)

print(pcall(function()
  for i = 1, 600 do n = n + (i < 599 and "1" or "one") end
end))
print(pcall(function()
  for i = 1, 600 do n = n + (i < 599 and "4" or {}) end
end))
print(pcall(function()
  for i = 1, 600 do n = n | (i < 599 and "4" or "4.5") end
end))
print(n)

-- the metamethods that do it may be replaced
local meta = getmetatable("")
local add = meta.__add
local calls = 0
for i = 1, 800 do
  if i == 600 then
    meta.__add = function(a, b)
      calls = calls + 1
      return add(a, b) + 1
    end
  end
  n = n + "1"
end
meta.__add = add
print(n, calls)
