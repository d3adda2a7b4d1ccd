-- Names of chunks, modes and tokens end at a zero byte, or are left out.
print(load("x =", "a\0b")); print(load("x\0y =")); print(load("return 1", "name", "a\0t")); print(load("\0", "=z"))
print(pcall(next, { 1, 2, 3 }, 2.0)); print(next({ 1, 2, 3 }, 2)); print(pcall(next, { [2.5] = 1 }, 2.5))
print(string.byte("hi", -3), string.byte("hi", -3, -1), select("#", string.byte("hi", 3)))
local long, short = ("a"):rep(100), ("a"):rep(20)
print(("%p"):format(long) == ("%p"):format(long), ("%p"):format(long) == ("%p"):format(("a"):rep(100)))
print(("%p"):format(short) == ("%p"):format(("a"):rep(20)), ("%p"):format(short) == ("%p"):format(("b"):rep(20)))
print(pcall(math.fmod, "x", "y")); print(pcall(string.gsub, "x", "y", nil, "z")); print(select(2, utf8.codes(12)))
