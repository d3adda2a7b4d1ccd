-- A small tokeniser made of patterns.
local function tokens(src)
  local out, at = {}, 1
  while true do
    at = src:find("%S", at)
    if not at then return out end
    local kind, text, stop
    for _, rule in ipairs({ { "num", "^%d+%.?%d*" }, { "id", "^[%a_][%w_]*" }, { "op", "^[-+*/()=<>~^]+" }, { "str", '^"[^"]*"' } }) do
      local from, to = src:find(rule[2], at)
      if from then kind, text, stop = rule[1], src:sub(from, to), to break end
    end
    if not kind then error("no token at " .. at, 0) end
    out[#out + 1] = kind .. ":" .. text
    at = stop + 1
  end
end
print(table.concat(tokens('x1 = 3.14 * (y_2 + "a b") <= 10'), " "))
print(pcall(tokens, "a $ b"))
local src = {}
for i = 1, 40 do src[i] = "v" .. i .. " + " .. i end
local n = 0
for _, t in ipairs(tokens(table.concat(src, " * "))) do n = n + #t end
print(n)
