-- What the compiler says about broken texts.
local texts = {
  "x =", "x = = 1", "local", "local 1", "if x", "if x then", "if x then else elseif", "while true", "for", "for i", "for i = 1", "for i = 1, 2", "for i in", "for a, b = 1, 2 do end",
  "function", "function f", "function f(", "function f(a,", "function f(1)", "function f() return 1 x = 2 end", "return return", "x", "x.y", "x:y", "f(", "f(1", "f(1,", "(1)", "1 = 2", "'x' = 1", "f() = 1",
  "x = {", "x = { 1, 2", "x = { a = }", "x = { [1] 2 }", "x = }", "x = 1 +", "x = not", "x = #", "x = (1", "x = [[abc", "x = 'abc", "x = \"abc\ndef\"", "x = '\\q'", "x = '\\xZZ'", "x = '\\300'", "x = '\\u{110000000}'", "x = '\\u{12'", "x = '\\u12'",
  "x = 3x", "x = 0x", "x = 1e", "x = 1..2", "x = 3.4.5", "--[[ open", "x = [=x", "x = @", "x = $y", "x = !y", "x ~ 1", "x = a b", "local function", "local function 1() end", "local x <const> = 1; x = 2", "local x <bad> = 1", "local x <close>, y <close> = 1, 2", "local x <", "do", "repeat", "repeat until", "end", "until x", "else", "goto", "::x", "break", "x = ...; function f() return ... end",
  "local a <const> = 1; function f() a = 2 end", "for i = 1, 2 do i = end", "x = function", "x = function() return end end", "x, y", "x, y = ", "x, f() = 1, 2", "local t = {}; t:x = 1", "a.b:c.d = 1", "x = 'a' 'b'", "return 1,", "return;;", "x = ~", "x = a.1", "x = a.'b'", "x = \"unfinished", "x = '\\", "\"\\z   ",
  "x = 0xg", "x = 1_000", "x = '\\x4'", "if then end", "and = 1", "local end = 1", "nil = 1", "true()", "x = y = z", "x += 1", "f{", "f'", "f[[", "x[", "x[1", "x[1] 2", "local x, = 1", "local x = 1 2",
}
for _, text in ipairs(texts) do
  local f, m = load(text, "=s")
  print(f and "ok" or m)
end
print(load("x = \1", "=s"))
print(load("x = \200", "=s"))
print(load("x = 'a\0b", "=s"))
print(load("return 'a\0b'", "=s")() == "a\0b")
