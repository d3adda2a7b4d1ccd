-- Names that look like keywords, tokens that touch.
local _, __, _1, and_, End, nil1, fOr = 1, 2, 3, 4, 5, 6, 7
print(_, __, _1, and_, End, nil1, fOr)
local t = { ["end"] = 1, ["while"] = 2 }
print(t["end"] + t["while"])
local a<const>, b = 3, 4
print(a<b, a<=b, a~=b, a==b, a>b, a>=b)
print(a..b, 1 ..2, "x".."y".."z", a.. .5)
print(2^3^2, -2^2, not nil == true, not (nil == true))
print(7//2*2, 7%3*2, 1 + 2 * 3 - 4 / 2, "a" .. 1 + 2 .. "b")
print(1 << 2 + 1, 1 | 2 & 3, 5 ~ 3 | 8, ~0, - -3, not not nil)
print(1 .. 2 == "12", 2 * 3 .. 4, -3 ^ 2, 2 ^ -1)
print(1 < 2 == true, "a" < "b" == not false)
print((("nested")), #"abc" + 1, -#"ab", #{ 1, 2 } * 2)
local f = function(...) return select("#", ...) end
print(f(1, nil, nil), f(), (f(1, 2)), f { 1 }, f "s", f [[l]])
print(("x"):rep(3), #"abc", ("%d"):format(7))
goto done
print("skipped")
::done:: print("done")
