-- Measures: output built piece by piece: s = s .. x for short strings, tables as buffers, rep, upper, numbers in text.
-- Group: general
local n = tonumber(arg and arg[1]) or 40000
local total = 0

local function hex(value)
  local digits = ""
  repeat
    local digit = value % 16
    digits = string.sub("0123456789abcdef", digit + 1, digit + 1) .. digits
    value = (value - digit) / 16
  until value == 0
  return digits
end

local function element(name, attributes, body)
  local out = "<" .. name
  for i = 1, #attributes, 2 do
    out = out .. " " .. attributes[i] .. "=\"" .. attributes[i + 1] .. "\""
  end
  return out .. ">" .. body .. "</" .. name .. ">"
end

local function wrap(words, width)
  local lines, line = {}, ""
  for i = 1, #words do
    local word = words[i]
    if #line + #word + 1 > width then
      lines[#lines + 1] = line
      line = word
    elseif line == "" then
      line = word
    else
      line = line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local words = {}
for word in ("it is a truth universally acknowledged that a single man in possession of a good fortune must be in want of a wife"):gmatch("%S+") do
  words[#words + 1] = word
end
for i = 1, n do
  local rows = {}
  for j = 1, 5 do
    rows[j] = element("td", { "id", "c" .. j, "class", j % 2 == 0 and "even" or "odd" }, "cell " .. i .. "/" .. j)
  end
  local row = element("tr", {}, table.concat(rows))
  total = (total * 31 + #row + #hex(i * 7919)) % 1000000007
  local text = wrap(words, 30 + i % 30)
  total = total + #text + #(("-"):rep(i % 50)) + #(words[i % #words + 1]:upper())
end
print(string.format("%d", total))
