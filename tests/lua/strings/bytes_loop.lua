-- A checksum over bytes and a string built from bytes in a hot loop.
local text = ("The quick brown fox. "):rep(12)
local a, b = 1, 0
for i = 1, #text do
  a = (a + text:byte(i)) % 65521
  b = (b + a) % 65521
end
print(a, b, b << 16 | a)
local out = {}
for i = #text, 1, -1 do
  out[#out + 1] = string.char(text:byte(i) ~ 1)
end
local flipped = table.concat(out)
print(flipped:sub(1, 21), #flipped)
local counts = {}
for i = 1, #text do
  local c = text:sub(i, i)
  counts[c] = (counts[c] or 0) + 1
end
local list = {}
for c, n in pairs(counts) do list[#list + 1] = c .. n end
table.sort(list)
print(table.concat(list, " "))
