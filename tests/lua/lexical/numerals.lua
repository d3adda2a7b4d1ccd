-- Every form of numeral, with its subtype.
local function show(...)
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    print(v, math.type(v))
  end
end
show(0, 1, 42, 007, 1234567890123456789)
show(0x0, 0xff, 0XfF, 0xA, 0x7fffffffffffffff, 0xffffffffffffffff, 0x8000000000000000)
show(0x1ffffffffffffffff, 0x10000000000000000) -- hexadecimal numerals wrap around
show(9223372036854775807, 9223372036854775808, 18446744073709551616)
show(3.0, 3., .5, 0.1, 1e1, 1E+2, 1e-2, 314.16e-2, 0.31416E1, 34e1)
show(0x.1p4, 0xA.8p0, 0x1p-2, 0xA23p-4, 0X1.921FB54442D18P+1, 0x.8p1, 0x1P10)
show(1e308, 1e309, -1e309, 1e-320, 5e-324, 1e-400)
show(3--[[comment]]- -3, 2^53, 2^53 + 1)
show(100000000000000, 1e14, 1e15, 1e16, 123456789012345678)
show(1e100, 0.1 + 0.2, 1 / 3, 100 / 3, 1e15 / 3)
