-- Measures: concatenation of short strings, table.concat of many parts, string.format.
-- Group: general
local n = tonumber(arg and arg[1]) or 500000
local parts = {}
local total = 0
for i = 1, n do
  local piece = "item" .. i .. "=" .. i * 7 % 1000 .. ";"
  total = total + #piece
  parts[#parts + 1] = piece
  if #parts == 1000 then
    local joined = table.concat(parts, ",")
    total = total + #joined
    parts = {}
  end
end
local formatted = 0
for i = 1, n / 8 do
  formatted = formatted + #string.format("%d:%s:%5.2f", i, "name", i / 3)
end
local grown = ""
for i = 1, 4000 do
  grown = grown .. i
end
print(string.format("%d %d %d", total, formatted, #grown))
