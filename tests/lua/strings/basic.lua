-- Length, sub, byte, char, rep, reverse, case.
local s = "hello world"
print(#s, s:len(), s:upper(), s:lower(), s:reverse(), s:rep(2, "-"))
print(s:sub(1, 5), s:sub(7), s:sub(-5), s:sub(-5, -2), s:sub(0), s:sub(3, 2), s:sub(100), s:sub(-100, 3), s:sub(2, -2))
print(s:byte(), s:byte(1), s:byte(-1), s:byte(1, 3), s:byte(100), s:byte(10, 20))
print(string.char(), string.char(72, 105), #string.char(0, 255))
print(("ab"):rep(0), ("ab"):rep(-1), ("ab"):rep(1, "x"), ("ab"):rep(3), (""):rep(5), ("a"):rep(3, ""))
print(("MiXeD 123"):upper(), ("MiXeD 123"):lower(), (""):reverse(), ("a"):reverse())
print(("a\0b"):len(), ("a\0b"):byte(2), #("a\0b" .. "\0"), ("a\0b"):upper():byte(1, -1))
print(s:sub(math.mininteger, math.maxinteger), s:sub(math.maxinteger), s:sub(math.mininteger, -4))
print(pcall(string.rep, "x", -5), pcall(string.rep))
print(pcall(string.rep, "abc", 1 << 60))
print(("x"):rep(3, ", "), ("%s"):rep(2, "|"))
print(#"" == 0, "" == ("x"):rep(0), ("abc"):sub(2, 2), ("abc").len == string.len)
