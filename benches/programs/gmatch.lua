-- Measures: find, match and gmatch with patterns: words, key=value pairs, dates, quoted text, balanced brackets.
-- Group: general
local n = tonumber(arg and arg[1]) or 50000
local config = "name=moon; size = 384400 ;kind=satellite;  albedo=0.136;period = 27.32 ; parent=earth"
local log = "2026-11-22 18:05:41 [warn] (net) retry 3 of 10: \"connection reset\" from 10.0.17.250:8080"
local nested = "f(a, g(b, h(c, d)), (e)) + k[1](x(y)) - (z)"
local words, total = {}, 0

for i = 1, n do
  for key, value in config:gmatch("(%w+)%s*=%s*([^;]-)%s*;") do
    total = total + #key * 3 + #value + (tonumber(value) or 0) % 1000
  end
  for word in log:gmatch("%a+") do
    words[word] = (words[word] or 0) + 1
  end
  local year, month, day, hour, minute, second = log:match("^(%d+)-(%d+)-(%d+) (%d+):(%d+):(%d+)")
  total = total + year + month + day + hour * 3600 + minute * 60 + second
  local level = log:match("%[(%a+)%]")
  local quoted = log:match('"(.-)"')
  total = total + #level + #quoted
  local a, b, c, d, port = log:match("(%d+)%.(%d+)%.(%d+)%.(%d+):(%d+)$")
  total = total + a * 2 + b * 3 + c * 5 + d * 7 + port
  for inner in nested:gmatch("%b()") do
    total = total + #inner
  end
  for position in log:gmatch("()%d%d%d?") do
    total = total + position
  end
  local from, to = log:find("%(%a+%) %a+ %d+")
  total = (total + from * to + i % 3) % 1000000007
end
local sorted = {}
for word, times in pairs(words) do
  sorted[#sorted + 1] = word .. ":" .. times
end
table.sort(sorted)
print(string.format("%.3f", total), table.concat(sorted, " "))
