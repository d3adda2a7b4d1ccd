-- Escape sequences, quotes and long brackets.
local function bytes(s)
  local t = { s:byte(1, -1) }
  return #s .. ": " .. table.concat(t, " ")
end
print(bytes("\a\b\f\n\r\t\v\\\"\'"))
print(bytes('\a\b\f\n\r\t\v\\\"\''))
print(bytes("\0\00\000\65\065\x41\x4a\xFf\255"))
print(bytes("\1234"), bytes("\12a"))
print(bytes("\u{41}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}"))
print(bytes("\u{7FFFFFFF}\u{200000}\u{0}"))
print(bytes("a\z
             b\z   c"))
print(bytes("line\
break"))
print(bytes("x\z

y"))
print([[long]], [==[with ]] and ]=] inside]==], [[

first newline dropped, second kept]])
print(bytes([[
a
b]]))
print(#[[\n\t\x41]], [=[]]]=])
print("say \"hi\"", 'say "hi"', "it's")
