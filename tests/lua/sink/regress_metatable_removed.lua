-- A fresh object loses its metatable, or gets another one, and is seen at an exit only then.
local A = { __index = function() return "A" end, __len = function() return 100 end }
local B = { __index = { k = "B" } }
local kept = {}
for i = 1, 400 do
  local o = setmetatable({ v = i }, A)
  local before = o.k
  setmetatable(o, nil)
  if i % 97 == 0 then kept[#kept + 1] = { o, before } end
  local p = setmetatable(setmetatable({ v = i }, A), B)
  if i % 98 == 0 then kept[#kept + 1] = { p, p.k } end
end
for _, e in ipairs(kept) do io.write(e[1].v, " ", tostring(getmetatable(e[1]) == B), " ", tostring(e[1].k), " ", e[2], " ", #e[1], "\n") end
local carried = setmetatable({ n = 0 }, A)
for i = 1, 400 do
  local o = { n = carried.n + 1 }
  if i % 3 ~= 0 then setmetatable(o, A) end
  if i % 5 == 0 then setmetatable(o, nil) end
  carried = o
end
print(carried.n, getmetatable(carried), carried.k)
