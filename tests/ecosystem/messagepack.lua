-- packages: lua-messagepack=0.5.2-1
-- MessagePack: every representation and its limits, by string.pack and string.unpack.

local mp = require "MessagePack"

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end
local function show(value)
  if type(value) ~= "table" then return math.type(value) == "float" and ("%.17g"):format(value) or tostring(value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do keys[i] = tostring(key) .. "=" .. show(value[key]) end
  return "{" .. table.concat(keys, " ") .. "}"
end

for _, kind in ipairs { "unsigned", "signed" } do
  mp.set_integer(kind)
  for _, n in ipairs { 0, 1, 127, 128, 255, 256, 65535, 65536, 2^31 | 0, 2^32 - 1 | 0, 2^32 | 0, math.maxinteger, -1, -32, -33, -128, -129, -32768, -32769, -2^31 | 0, -2^31 - 1 | 0, math.mininteger } do
    local packed = mp.pack(n)
    print(kind, n, hex(packed), mp.unpack(packed) == n)
  end
end
for _, kind in ipairs { "float", "double" } do
  mp.set_number(kind)
  for _, n in ipairs { 0.5, -0.0, 1e300, 1 / 0, -1 / 0, 0.1 } do
    print(kind, hex(mp.pack(n)), show(mp.unpack(mp.pack(n))))
  end
end
for _, kind in ipairs { "string", "string_compat", "binary" } do
  mp.set_string(kind)
  for _, length in ipairs { 0, 1, 31, 32, 255, 256, 65535, 65536 } do
    local packed = mp.pack(("x"):rep(length))
    print(kind, length, #packed, hex(packed:sub(1, 6)), #mp.unpack(packed))
  end
end
mp.set_string "string"
for _, kind in ipairs { "without_hole", "with_hole", "always_as_map" } do
  mp.set_array(kind)
  for _, t in ipairs { {}, { 1, 2, 3 }, { 1, nil, 3 }, { [10] = 1 }, { a = { b = { c = true } } } } do
    print(kind, hex(mp.pack(t)), show(mp.unpack(mp.pack(t))))
  end
end
for _, n in ipairs { 15, 16, 65535, 65536 } do
  local t = {}
  for i = 1, n do t[i] = i & 0x7f end
  mp.set_array "without_hole"
  local packed = mp.pack(t)
  print(n, #packed, hex(packed:sub(1, 6)), #mp.unpack(packed))
end
print(hex(mp.pack { 1, -1, 2^40, "text", true, false }))
local offset = 1
for at, value in mp.unpacker(mp.pack(1) .. mp.pack "two" .. mp.pack { 3 } .. mp.pack(nil)) do
  print(at, show(value))
end
for _, bad in ipairs { "", "\xc1", "\x92\1", "\xa5ab", "\xcd\1", "\1\1" } do
  print(hex(bad), pcall(mp.unpack, bad))
end
print(pcall(mp.pack, print))
print(pcall(mp.unpack, 1.5), pcall(mp.unpack, {}))
