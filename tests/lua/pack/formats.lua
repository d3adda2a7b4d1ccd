-- Every option of string.pack, sizes, byte orders and alignments.
local function hex(s) return (s:gsub(".", function(c) return string.format("%02x", c:byte()) end)) end
for _, f in ipairs { "b", "B", "h", "H", "l", "L", "j", "J", "T", "f", "d", "n", "i", "I", "s", "z", "x", "!", " ", "=" } do
  for _, v in ipairs { 0, 1, 100 } do
    local given = (f == "s" or f == "z") and ("v" .. v) or v
    local ok, packed = pcall(string.pack, f, given)
    print(f, v, ok and hex(packed), ok and string.unpack(f, packed))
  end
end
for size = 1, 16 do
  for _, order in ipairs { "<", ">" } do
    for _, v in ipairs { 0, 1, -1, 127, -128, 65535 // (1 << 24 >> size) } do
      local ok, packed = pcall(string.pack, order .. "i" .. size, v)
      print(size, order, v, ok, ok and hex(packed) or packed, ok and string.unpack(order .. "i" .. size, packed))
      local ok, packed = pcall(string.pack, order .. "I" .. size, v)
      print(size, order, v, ok, ok and hex(packed) or packed)
      if ok then print(pcall(string.unpack, order .. "I" .. size, packed)) end
    end
    print(pcall(string.unpack, order .. "i" .. size, ("\255"):rep(size)))
    print(pcall(string.unpack, order .. "I" .. size, ("\255"):rep(size)))
    print(pcall(string.unpack, order .. "i" .. size, "\1" .. ("\0"):rep(size - 2) .. "\1"))
  end
  print(pcall(string.pack, "!" .. size .. " b i" .. size, 1, 2))
end
print(hex(string.pack("<!4 b i4 b Xi4 i2 !8 d", 1, 2, 3, 4, 0.5)), string.packsize("<!4 b i4 b Xi4 i2 !8 d"))
print(hex(string.pack(">!2 b Xh h xx c5 s1 s2 s4 z", 1, 2, "abc", "d", "ef", "ghi", "jkl")))
print(string.unpack(">!2 b Xh h xx c5 s1 s2 s4 z", string.pack(">!2 b Xh h xx c5 s1 s2 s4 z", 1, 2, "abc", "d", "ef", "ghi", "jkl")))
print(string.unpack("<f", string.pack("<f", 0.1)), string.unpack(">d", string.pack(">d", 0.1)))
print(hex(string.pack("<fd", 1 / 0, -1 / 0)), hex(string.pack(">n", -0.0)), string.unpack("<d", string.pack("<d", 3)))
print(string.unpack("z", "abc\0def", 2), string.unpack("c0", "x", 2), string.unpack("<h", "abcdef", -2))
print(string.pack("i1i1", "3", "4") == "\3\4", string.pack("z", 12) == "12\0", string.packsize("c10 i3 !4 i4"))
local total = 0
for i = 1, 200 do
  local packed = string.pack("<i4 s1 d", i, "n" .. i, i / 2)
  local a, b, c, n = string.unpack("<i4 s1 d", packed)
  total = total + a + #b + c + n
end
print(total)
