-- Measures: a hand-written scanner over source text: byte, sub and find with anchored patterns, keywords in a table.
-- Group: general
local byte, sub, find = string.byte, string.sub, string.find
local n = tonumber(arg and arg[1]) or 6000

local source = [[
local function area(shape, scale) -- in square units
  if shape.kind == "circle" then
    return 3.14159 * shape.radius ^ 2 * scale
  elseif shape.kind == 'square' then
    return shape.side * shape.side * (scale or 1.0)
  end
  for i = 1, #shape.points do
    local p, q = shape.points[i], shape.points[i % #shape.points + 1]
    shape.sum = shape.sum + (p.x * q.y - q.x * p.y) / 2
  end
  return shape.sum >= 0 and shape.sum * scale or -shape.sum .. "\tnegative"
end
]]

local keywords = {}
for word in ("and else elseif end for function if in local not or return then while"):gmatch("%a+") do
  keywords[word] = true
end

local function tokenize(s)
  local tokens, count = {}, 0
  local at, len = 1, #s
  while at <= len do
    local c = byte(s, at)
    local kind, stop
    if c == 32 or c == 10 or c == 9 then
      at = at + 1
    elseif c >= 97 and c <= 122 or c >= 65 and c <= 90 or c == 95 then
      stop = at
      repeat
        stop = stop + 1
        c = byte(s, stop)
      until not c or not (c >= 97 and c <= 122 or c >= 65 and c <= 90 or c >= 48 and c <= 57 or c == 95)
      stop = stop - 1
      kind = keywords[sub(s, at, stop)] and "keyword" or "name"
    elseif c >= 48 and c <= 57 then
      local _
      _, stop = find(s, "^%d+%.?%d*", at)
      kind = "number"
    elseif c == 34 or c == 39 then
      stop = find(s, sub(s, at, at), at + 1, true)
      kind = "string"
    elseif c == 45 and byte(s, at + 1) == 45 then
      at = find(s, "\n", at, true)
    else
      local _
      _, stop = find(s, "^[=~<>]=", at)
      if not stop then
        _, stop = find(s, "^%.%.", at)
      end
      stop = stop or at
      kind = "symbol"
    end
    if kind then
      count = count + 1
      tokens[count] = { kind = kind, text = sub(s, at, stop), at = at }
      at = stop + 1
    end
  end
  return tokens
end

local counts = { keyword = 0, name = 0, number = 0, string = 0, symbol = 0 }
local total = 0
for _ = 1, n do
  local tokens = tokenize(source)
  for i = 1, #tokens do
    local token = tokens[i]
    counts[token.kind] = counts[token.kind] + 1
    total = (total * 7 + #token.text + token.at) % 1000003
  end
end
print(counts.keyword, counts.name, counts.number, counts.string, counts.symbol, string.format("%d", total))
