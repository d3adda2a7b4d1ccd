-- Measures: byte, char, sub, rep, upper, reverse and find on short strings, and a rolling hash over bytes.
-- Group: general
local byte, char, sub, rep = string.byte, string.char, string.sub, string.rep

local function checksum(s)
  local a, b = 1, 0
  for i = 1, #s do
    a = (a + byte(s, i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local function rotate(s, by)
  local out = {}
  for i = 1, #s do
    local c = byte(s, i)
    if c >= 97 and c <= 122 then
      c = (c - 97 + by) % 26 + 97
    end
    out[i] = char(c)
  end
  return table.concat(out)
end

local n = tonumber(arg and arg[1]) or 36000
local text = "the quick brown fox jumps over the lazy dog "
local sum = 0
for i = 1, n do
  local s = rotate(text, i % 26)
  sum = (sum + checksum(s)) % 1000000007
  local from = i % 20 + 1
  local piece = sub(s, from, from + 10)
  sum = sum + #(rep(piece, 3, "-"))
  if piece:upper():reverse():find("A", 1, true) then
    sum = sum + 1
  end
end
local long = rep(text, 200)
for _ = 1, n / 100 do
  sum = (sum + checksum(long)) % 1000000007
end
print(string.format("%d", sum))
