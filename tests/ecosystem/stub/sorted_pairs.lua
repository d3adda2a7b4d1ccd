-- The order of `pairs` is each runtime's own business. With this module it is that of the keys' kinds and texts.

local next, type, tostring, getmetatable = next, type, tostring, getmetatable
local sort = table.sort

local function before(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return kind_a < kind_b end
  if kind_a == "number" or kind_a == "string" then return a < b end
  return tostring(a) < tostring(b)
end

function pairs(t)
  local meta = getmetatable(t)
  if type(meta) == "table" and meta.__pairs then return meta.__pairs(t) end
  local keys, at = {}, 0
  for key in next, t do keys[#keys + 1] = key end
  sort(keys, before)
  return function()
    local value
    repeat
      at = at + 1
      value = t[keys[at]]
    until value ~= nil or keys[at] == nil
    return keys[at], value
  end, t
end
