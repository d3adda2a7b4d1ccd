-- Measures: splitting lines and fields with find and sub, joining with table.concat, keys made of substrings.
-- Group: general
local find, sub, concat = string.find, string.sub, table.concat
local n = tonumber(arg and arg[1]) or 3000

local function split(s, separator)
  local parts, count, from = {}, 0, 1
  while true do
    local at, to = find(s, separator, from, true)
    count = count + 1
    if not at then
      parts[count] = sub(s, from)
      return parts, count
    end
    parts[count] = sub(s, from, at - 1)
    from = to + 1
  end
end

local rows = {}
for i = 1, 100 do
  rows[i] = concat({ i, "name" .. i % 17, i * i, "group-" .. i % 5, "some longer text in the last column" }, ",")
end
local text = concat(rows, "\n")

local total = 0
local groups = {}
for i = 1, n do
  local lines, count = split(text, "\n")
  for l = 1, count do
    local fields = split(lines[l], ",")
    local group = fields[4]
    groups[group] = (groups[group] or 0) + #fields[2]
    fields[3] = fields[3] + i
    lines[l] = concat(fields, ";")
  end
  local joined = concat(lines, "\r\n")
  total = (total * 31 + #joined) % 1000000007
end
for i = 0, 4 do
  total = total + groups["group-" .. i]
end
print(string.format("%d", total))
