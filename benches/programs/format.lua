-- Measures: string.format with integers, floats, strings, widths, precisions, hex and quotes; tostring and tonumber.
-- Group: general
local format = string.format
local n = tonumber(arg and arg[1]) or 150000
local total = 0
local names = { "ada", "grace", "edsger", "barbara", "donald" }
for i = 1, n do
  local name = names[i % #names + 1]
  local x = i * 0.37 - n / 7
  total = total + #format("%d %s", i, name)
  total = total + #format("%5d|%-8s|%05d", i % 1000, name, i % 77)
  total = total + #format("%.2f %8.3f %g", x, x / 3, x * 1000)
  total = total + #format("%x %X %o %c", i, i * 3, i % 64, 65 + i % 26)
  total = total + #format("%q", name)
  total = total + #format("%.14g", x) + #tostring(i)
  total = total + #tostring(x)
  total = (total + tonumber(format("%d.5", i))) % 1000000007
end
print(format("%.1f", total))
