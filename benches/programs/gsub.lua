-- Measures: gsub with text, table and function replacements, with captures, classes and anchors.
-- Group: general
local n = tonumber(arg and arg[1]) or 60000
local text = "The quick brown fox, aged 12, jumps over 3 lazy dogs; see http://example.org/path?x=1&y=2 for more. "
local names = { quick = "slow", brown = "red", fox = "hen", dogs = "cats", lazy = "busy" }
local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local vars = { user = "ada", host = "analytical", port = 1842 }
local total, count = 0, 0

local function add(s, k)
  total = (total * 31 + #s + k) % 1000000007
end

local function trim(s)
  return (s:gsub("^%s+", ""):gsub("%s+$", ""))
end

for i = 1, n do
  add(text:gsub("%a+", names))
  add(text:gsub("[&<>\"]", escapes))
  add(text:gsub("(%w+)%s+(%w+)", "%2 %1"))
  add(text:gsub("%d+", function(d)
    return d + i % 7
  end))
  add(("$user@${host}:$port"):gsub("%$(%b{})", function(name)
    return vars[name:sub(2, -2)]
  end))
  add(text:gsub("%s+", " ", 5))
  count = count + #trim("   \t  some padded value " .. i .. "   ")
end
print(string.format("%d %d", total, count))
