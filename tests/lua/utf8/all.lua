-- The utf8 library.
local function show(f, ...) print(pcall(f, ...)) end
local texts = { "", "abc", "ä€𐍈", "a\u{7FFFFFFF}b", "\u{D7FF}\u{10FFFF}", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80b", "\xc3", "\xe2\x82", "\xc0\x80", "\xff", "日本語\0x" }
for i, s in ipairs(texts) do
  show(utf8.len, s); show(utf8.len, s, 1, -1, true)
  show(utf8.codepoint, s, 1, -1); show(utf8.codepoint, s, 1, -1, true)
  for n = -4, 4 do
    show(utf8.offset, s, n); show(utf8.offset, s, n, 2); show(utf8.offset, s, n, -1)
  end
  show(function() for p, c in utf8.codes(s) do print(i, p, c) end end)
  show(function() for p, c in utf8.codes(s, true) do print(i, p, c) end end)
  for c in s:gmatch(utf8.charpattern) do io.write(#c, " ") end
  print()
end
print(utf8.char(), utf8.char(65), utf8.char(228, 8364, 0x10348), #utf8.char(0x7FFFFFFF), #utf8.char(0x3FFFFFF, 0x1FFFFF, 0x7FF, 0x7F))
show(utf8.char, -1); show(utf8.char, 0x80000000); show(utf8.char, 1, "x"); show(utf8.char, 1.5); show(utf8.char, "66")
show(utf8.len); show(utf8.len, {}); show(utf8.len, "abc", 0); show(utf8.len, "abc", 5); show(utf8.len, "abc", 4); show(utf8.len, "abc", 1, 4)
show(utf8.len, "abc", -4); show(utf8.len, "abc", 3, 2); show(utf8.len, "äbc", 2); show(utf8.len, 123)
show(utf8.codepoint); show(utf8.codepoint, "abc", 4); show(utf8.codepoint, "abc", 0); show(utf8.codepoint, "abc", 1, 4); show(utf8.codepoint, "abc", 3, 2)
show(utf8.codepoint, "abc", -4); show(utf8.codepoint, "äb", 2); show(utf8.codepoint, "abc", 1, 3)
show(utf8.offset); show(utf8.offset, "abc"); show(utf8.offset, "abc", 1, 5); show(utf8.offset, "abc", 1, 0); show(utf8.offset, "ä", 1, 2); show(utf8.offset, "ä", 0, 2)
show(utf8.codes); show(utf8.codes, "\x80"); show(utf8.codes, {})
print(utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")
local f, s, n = utf8.codes("aä")
print(f(s, n)); print(f(s, 1)); print(f(s, 2)); print(f(s, -1)); print(f(s, 10)); print(pcall(f)); print(f(s)); print(f(s, "1")); print(f(s, 1.5))
local total = 0
for _ = 1, 100 do for p, c in utf8.codes("aä€𐍈") do total = total + p * c end total = total + utf8.len("aä€") end
print(total)
