-- Digits of floats at the places where rounding is in doubt: ties, powers of ten, few and many digits, large and small numbers.
local floats = {
  0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 0.045, 1.005, 2.675, 9.5, 9.995, 99.95, 99.995, 999999.5, 9999995.0,
  0.1, 0.7, 1 / 3, 2 / 3, 1e-5, 9.9999e-5, 0.00009999995, 1e15, 1e16, 1e17, 123456789012345678, 2^52, 2^53, 2^53 + 2, 2^63, 2^64,
  2^-20, 2^-70, 2^-200, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e22, 1e23, 8.5, 4503599627370495.5,
  4503599627370497.5, 0.49999999999999994, 1 - 2^-53, 1e14, 1e14 - 0.5, 99999999999999.5, 3.14159265358979, 72057594037927945.0,
  math.huge, -math.huge,
}
for _, x in ipairs(floats) do
  local line = { tostring(x), string.format("%.14g|%g|%.3g|%.17g|%.0f|%.1f|%.2f", x, x, x, x, x, x, x) }
  line[#line + 1] = string.format("%e|%.0e|%.10e|%#.3g|%+.3f|%9.3f|%-9.1f|%09.2f", x, x, x, x, x, x, x, x)
  line[#line + 1] = string.format("%.20f|%.25f|%.19g|%.20g|%.99f", x, x, x, x, -x)
  print(table.concat(line, "  "))
end

-- Read back, what has 17 digits is the same float; in a loop, with many of them.
local state, same, text_length = 1, 0, 0
for i = 1, 3000 do
  state = (state * 48271) % 2147483647
  local x = state / 2147483647 * 10 ^ (i % 40 - 20)
  if tonumber(string.format("%.17g", x)) == x then same = same + 1 end
  text_length = text_length + #string.format("%.3f %.14g %g", x, x, x) + #tostring(-x)
end
print(same, text_length)

-- Integers of every length.
for _, n in ipairs { 0, 7, 10, 42, 99, 100, 101, 999, 1000, 1005, 10000, 65535, 1000000, 123456789, 2^31 | 0, math.maxinteger, math.mininteger } do
  print(n, string.format("%d %5d %-5d| %05d %+d %.3d %x", n, n, n, n, n, n, n, n))
end
