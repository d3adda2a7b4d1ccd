-- Counts lines, words and bytes of a text file and lists the most frequent words.
-- Usage: wordcount.lua FILE [how many words]
local path = arg and arg[1]
if not path then
  io.stderr:write("usage: wordcount.lua FILE [how many words]\n")
  os.exit(1)
end
local top = tonumber(arg[2]) or 10

-- First pass, line by line.
local lines, words, bytes = 0, 0, 0
local counts = {}
for line in io.lines(path) do
  lines = lines + 1
  bytes = bytes + #line + 1
  for word in line:lower():gmatch("%a[%a']*") do
    word = word:gsub("'s$", "")
    words = words + 1
    counts[word] = (counts[word] or 0) + 1
  end
end

-- Second pass over the whole text at once: it must agree with the first.
local file, message = io.open(path, "rb")
if not file then
  io.stderr:write("wordcount.lua: ", message, "\n")
  os.exit(1)
end
local text = file:read("*a")
file:close()
local _, newlines = text:gsub("\n", "")
if #text > 0 and text:sub(-1) ~= "\n" then
  newlines = newlines + 1
  bytes = bytes - 1
end
assert(newlines == lines, "the passes count different numbers of lines")
assert(#text == bytes, "the passes count different numbers of bytes")
local _, again = text:gsub("%a[%a']*", "")
assert(again == words, "the passes count different numbers of words")

local list = {}
local total = 0
for word, n in pairs(counts) do
  list[#list + 1] = { word = word, n = n }
  total = total + n
end
assert(total == words)
table.sort(list, function(a, b)
  if a.n ~= b.n then
    return a.n > b.n
  end
  return a.word < b.word
end)

print(string.format("%d lines, %d words, %d bytes, %d different words", lines, words, bytes, #list))
for i = 1, math.min(top, #list) do
  local entry = list[i]
  print(string.format("%7d  %-16s %s", entry.n, entry.word, ("*"):rep(math.ceil(entry.n * 40 / list[1].n))))
end
