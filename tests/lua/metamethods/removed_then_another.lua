-- A metatable that no table has had yet, given to a table that has one whose like have lost theirs.
local A, B = {}, { __index = { k = "B" } }
local p = setmetatable({}, A)
setmetatable(p, nil)
local q = setmetatable({}, A)
setmetatable(q, B)
print(getmetatable(p), getmetatable(q) == B, q.k)
