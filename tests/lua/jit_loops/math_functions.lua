-- Library functions on numbers in hot loops: kinds of arguments, signs, special values.
local log2, log10, logb, lone = 0.0, 0.0, 0.0, 0.0
local whole, rest, fi, ff = 0.0, 0.0, 0, 0.0
for i = 1, 300 do
  log2 = log2 + math.log(i, 2)
  log10 = log10 + math.log(i, 10)
  logb = logb + math.log(i, 3)
  lone = lone + math.log(i)
  local w, r = math.modf((i - 150) / 4)
  whole, rest = whole + w, rest + r
  fi = fi + math.fmod(i - 150, 7) * 2 + math.fmod(i, -7)
  ff = ff + math.fmod(i - 150, 7.5)
end
print(string.format("%.6f %.6f %.6f %.6f", log2, log10, logb, lone))
print(whole, rest, fi, ff)
for _, base in ipairs({ 2, 2.0, 10, 3.5 }) do
  local s = 0.0
  for i = 1, 100 do s = s + math.log(i, base) end
  print(string.format("%.6f", s))
end
local parts = {}
for _, x in ipairs({ 1.5, -1.5, 0.0, -0.25, 1e300, -7.0, 1 / 0, -1 / 0, 3 }) do
  local a, b
  for _ = 1, 80 do a, b = math.modf(x) end
  parts[#parts + 1] = tostring(a) .. ":" .. tostring(b)
end
print(table.concat(parts, " "))
local least = math.mininteger
local r
for i = 1, 100 do r = math.fmod(least, -1) + math.fmod(-7, 3) + math.fmod(7, -3) end
print(r)
print(pcall(function() for i = 100, -1, -1 do r = math.fmod(5, i) end end))
local lo, hi, fl, ce, ab = 1e9, -1e9, 0, 0, 0
for i = -200, 200 do
  local x = i * 0.37
  lo, hi = math.min(lo, x), math.max(hi, x)
  fl, ce, ab = fl + math.floor(x), ce + math.ceil(x), ab + math.abs(i)
end
print(lo, hi, fl, ce, ab, math.type(fl), math.ult(1, -1), math.tointeger(3.0))
