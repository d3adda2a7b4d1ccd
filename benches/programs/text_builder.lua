-- Measures: texts built in buffers of pieces, kept in a table of lines, joined and measured.
-- Group: escape
local n = tonumber(arg and arg[1]) or 60000

local Buffer = {}
Buffer.__index = Buffer

local function new_buffer()
  return setmetatable({ count = 0 }, Buffer)
end

function Buffer:add(piece)
  self.count = self.count + 1
  self[self.count] = piece
  return self
end

function Buffer:text()
  return table.concat(self, "", 1, self.count)
end

local words = { "moon", "set", "tide", "night", "wave", "shore", "wind", "light" }

local function line(number)
  local buffer = new_buffer()
  buffer:add("<p id='"):add(number):add("'>")
  for i = 1, 8 do
    local word = words[(number * i) % 8 + 1]
    if i > 1 then
      buffer:add(" ")
    end
    if (number + i) % 5 == 0 then
      buffer:add("<b>"):add(word):add("</b>")
    else
      buffer:add(word)
    end
  end
  return buffer:add("</p>"):text()
end

local lines, length, marks = {}, 0, 0
for number = 1, n do
  lines[#lines + 1] = line(number)
  if #lines == 500 then
    local text = table.concat(lines, "\n")
    length = length + #text
    for i = 1, #lines do
      marks = marks + #lines[i] % 7
    end
    lines = {}
  end
end
print(length, marks, line(n))
