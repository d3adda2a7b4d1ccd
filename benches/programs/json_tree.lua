-- Measures: JSON text made of a tree of objects, and trees made of the text, by a small encoder and decoder.
-- Group: escape
local n = tonumber(arg and arg[1]) or 220
local byte, find, sub, format = string.byte, string.find, string.sub, string.format

local function encode(value, out)
  local kind = type(value)
  if kind == "table" then
    if value[1] ~= nil or value.kind == nil then
      out[#out + 1] = "["
      for i = 1, #value do
        if i > 1 then
          out[#out + 1] = ","
        end
        encode(value[i], out)
      end
      out[#out + 1] = "]"
    else
      out[#out + 1] = '{"kind":"' .. value.kind .. '","size":' .. format("%d", value.size)
      out[#out + 1] = ',"flag":' .. tostring(value.flag) .. ',"items":'
      encode(value.items, out)
      out[#out + 1] = "}"
    end
  elseif kind == "string" then
    out[#out + 1] = '"' .. value .. '"'
  elseif kind == "number" then
    out[#out + 1] = format("%.14g", value)
  else
    out[#out + 1] = tostring(value)
  end
end

local decode

local function skip(text, at)
  return (find(text, "[^ \n\t]", at))
end

local function decode_list(text, at)
  local list, count = {}, 0
  at = skip(text, at)
  if byte(text, at) == 93 then
    return list, at + 1
  end
  while true do
    count = count + 1
    list[count], at = decode(text, at)
    local mark = byte(text, at)
    if mark == 93 then
      return list, at + 1
    elseif mark ~= 44 then
      error("a list goes on with a comma")
    end
    at = at + 1
  end
end

local function decode_object(text, at)
  local object = {}
  while true do
    local _, stop, key = find(text, '^"([a-z]+)":', at)
    object[key], at = decode(text, stop + 1)
    local mark = byte(text, at)
    if mark == 125 then
      return object, at + 1
    elseif mark ~= 44 then
      error("an object goes on with a comma")
    end
    at = at + 1
  end
end

function decode(text, at)
  at = skip(text, at)
  local mark = byte(text, at)
  if mark == 123 then
    return decode_object(text, at + 1)
  elseif mark == 91 then
    return decode_list(text, at + 1)
  elseif mark == 34 then
    local stop = find(text, '"', at + 1, true)
    return sub(text, at + 1, stop - 1), stop + 1
  elseif mark == 116 then
    return true, at + 4
  elseif mark == 102 then
    return false, at + 5
  end
  local _, stop = find(text, "^-?[0-9.e+-]+", at)
  return tonumber(sub(text, at, stop)), stop + 1
end

local function make(depth, number)
  if depth == 0 then
    return { number, "leaf " .. number, number * 0.5, number % 2 == 0 }
  end
  local items = {}
  for i = 1, 4 do
    items[i] = make(depth - 1, number * 4 + i)
  end
  return { kind = "node", size = number, flag = number % 3 == 0, items = items }
end

local tree, length = make(4, 1), 0
for _ = 1, n do
  local out = {}
  encode(tree, out)
  local text = table.concat(out)
  length = length + #text
  tree = decode(text, 1)
end
local out = {}
encode(tree, out)
print(length, #out, tree.items[2].items[3].items[1].size, sub(table.concat(out), -60))
