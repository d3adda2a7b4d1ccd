-- Library functions called from hot loops fail as the interpreter's calls do: what they have changed before, the message, the position.
local function show(t)
  local out = {}
  for i = 1, 12 do out[#out + 1] = type(t[i]) == "table" and "table" or tostring(t[i]) end
  return table.concat(out, ",")
end

local function try(name, make, f)
  local outcome, t
  for i = 1, 120 do
    t = make(i)
    outcome = select(2, pcall(function() for _ = 1, 1 do f(t, i) end return "fine" end))
    if i % 40 == 0 then print(name, i, outcome, type(t) == "table" and show(t) or t) end
  end
  -- In a loop that no other case shares.
  local hot = load([[
    local make, f, keep = ...
    for i = 1, 600 do
      local n = i < 550 and 1 or 100
      local t = make(n)
      keep[1] = t
      f(t, n)
    end
  ]], "=hot")
  local keep = {}
  local ok, message = pcall(hot, make, f, keep)
  t = keep[1]
  print(name, ok, message, type(t) == "table" and show(t) or t)
end

try("sort mixed", function(i) return i < 90 and { 3, 1, 4, 2 } or { 3, 1, "x", 2, 9, 8 } end, function(t) table.sort(t) end)
try("sort mixed late", function(i) return i < 90 and { 3, 1, 4, 2 } or { 5, 4, 3, 2, 1, 0, -1, -2, -3, "x" } end, function(t) table.sort(t) end)
try("sort strings", function(i) return i < 90 and { "c", "a" } or { "c", "a", {}, "b" } end, function(t) table.sort(t) end)
try("sort booleans", function(i) return i < 90 and { "c", "a" } or { true, false, true } end, function(t) table.sort(t) end)
try("sort holes", function(i) return i < 90 and { 2, 1 } or { 5, 4, nil, 2, 1 } end, function(t) table.sort(t) end)
try("insert", function(i) return { 1, 2, 3 } end, function(t, i) table.insert(t, i < 90 and 2 or 5, i) end)
try("insert at a float", function(i) return { 1, 2, 3 } end, function(t, i) table.insert(t, i < 90 and 2.0 or 2.5, i) end)
try("insert at a string", function(i) return { 1, 2, 3 } end, function(t, i) table.insert(t, i < 90 and "2" or "x", i) end)
try("insert nil", function(i) return { 1, 2, 3 } end, function(t, i) table.insert(t, i < 90 and 1 or nil, nil) end)
try("remove", function(i) return { 1, 2, 3 } end, function(t, i) table.remove(t, i < 90 and 2 or 5) end)
try("remove outside", function(i) return i < 90 and { 1, 2, 3 } or {} end, function(t, i) table.remove(t, i < 90 and 1 or -1) end)
try("remove from nothing", function(i) return i < 90 and { 1, 2, 3 } or { [0] = "zero" } end, function(t, i) t[12] = table.remove(t) end)
try("concat", function(i) return i < 90 and { 1, 2, 3 } or { 1, 2, {}, 3 } end, function(t, i) t[12] = table.concat(t, " ") end)
try("concat outside", function(i) return { 1, 2, 3 } end, function(t, i) t[12] = table.concat(t, " ", 1, i < 90 and 3 or 4) end)
try("unpack", function(i) return { 1, 2, 3 } end, function(t, i) t[12] = select("#", table.unpack(t, 1, i < 90 and 3 or 1e8)) end)
try("rep", function(i) return { 1 } end, function(t, i) t[12] = #string.rep("ab", i < 90 and 3 or math.maxinteger) end)
try("char", function(i) return { 1 } end, function(t, i) t[12] = string.char(i < 90 and 65 or 256) end)
try("format", function(i) return { 1 } end, function(t, i) t[12] = string.format("%d", i < 90 and 3 or 3.5) end)
try("gsub", function(i) return { a = "1" } end, function(t, i) t[12] = string.gsub("abc", i < 90 and "a" or "%", t) end)
try("gsub value", function(i) return { a = i < 90 and "1" or {} } end, function(t, i) t[12] = string.gsub("abca", "a", t) end)
try("gmatch", function(i) return {} end, function(t, i) for w in string.gmatch("ab cd", i < 90 and "%w+" or "(%w") do t[#t + 1] = w end end)
try("gmatch late", function(i) return {} end, function(t, i) for w in string.gmatch("ab cd[x", i < 90 and "%w+" or "%w+%f") do t[#t + 1] = w end end)
try("codepoint", function(i) return {} end, function(t, i) t[1] = utf8.codepoint(i < 90 and "a" or "\xff") end)
try("utf8 char", function(i) return {} end, function(t, i) t[1] = utf8.char(i < 90 and 65 or -1) end)
try("unpack string", function(i) return {} end, function(t, i) t[1] = string.unpack("i4", i < 90 and "abcd" or "abc") end)
try("pack", function(i) return {} end, function(t, i) t[1] = string.pack("i1", i < 90 and 5 or 500) end)
try("fmod", function(i) return {} end, function(t, i) t[1] = math.fmod(5, i < 90 and 5 or 0) end)
try("tonumber", function(i) return {} end, function(t, i) t[1] = tonumber("10", i < 90 and 5 or 100) end)
try("rawlen", function(i) return i < 90 and {} or 5 end, function(t, i) local n = rawlen(t) end)

-- What is made by each call is another one.
local same, count = 0, 0
local last
for i = 1, 300 do
  local p, q = table.pack(1, 2), table.pack(1, 2)
  p[1] = 5
  if p == q or p == last or q[1] == 5 then same = same + 1 end
  last = q
  local f, g = string.gmatch("abc", "."), string.gmatch("abc", ".")
  if f == g then same = same + 1 end
  if f() == "a" and f() == "b" and g() == "a" and g() == "b" and f() == "c" and f() == nil then count = count + 1 end
end
print(same, count)
