-- What string.pack, packsize and unpack refuse.
local function show(f, ...) print(select(2, pcall(f, ...))) end
for _, f in ipairs { "i0", "i17", "I99999999999999999999", "!17", "!0", "s0", "c", "cx", "q", "\200", "X", "Xz", "Xc1", "X ", "X!4", "!3i3", "!16i16Xi16", "i3!4Xi3", "Xi0" } do
  show(string.pack, f, 1, 1); show(string.packsize, f); show(string.unpack, f, ("\0"):rep(40))
end
show(string.pack, "b", 128); show(string.pack, "b", -129); show(string.pack, "B", 256); show(string.pack, "B", -1)
show(string.pack, "i2 i2", 1, 40000); show(string.pack, "I7", 1 << 56); show(string.pack, "i7", 1 << 55)
show(string.pack, "b", 1.5); show(string.pack, "b", "x"); show(string.pack, "b"); show(string.pack, "d", {}); show(string.pack, "f", "x")
show(string.pack, "z", "a\0b"); show(string.pack, "c2", "abc"); show(string.pack, "s1", ("x"):rep(256)); show(string.pack, "s", nil)
show(string.pack); show(string.pack, {}); show(string.packsize, "s"); show(string.packsize, "z"); show(string.packsize, nil)
show(string.packsize, "c2147483647c1"); show(string.packsize, "c2147483639c8"); show(string.packsize, "c2147483639c9")
show(string.unpack, "i4", "abc"); show(string.unpack, "s1", "\5ab"); show(string.unpack, "z", "abc"); show(string.unpack, "c5", "abc")
show(string.unpack, "b", "abc", 5); show(string.unpack, "b", "abc", 4); show(string.unpack, "b", "abc", -4); show(string.unpack, "b", "abc", 0)
show(string.unpack, "b", "abc", 1.5); show(string.unpack, "b"); show(string.unpack, "b", {}); show(string.unpack, "!8 b d", ("\0"):rep(15))
show(string.unpack, "<I16", ("\255"):rep(16)); show(string.unpack, ">i9", "\1" .. ("\0"):rep(8)); show(string.unpack, "s", ("\255"):rep(8) .. "x")
show(string.unpack, "z", "abc", 4); show(string.pack, "b\0q", 7); show(string.unpack, "b\0q", "\7")
print(select("#", string.unpack(("b"):rep(3000), ("\1"):rep(3000))))
