-- <close> in hot loops and through errors.
local closed, opened = 0, 0
local mt = { __close = function(o) closed = closed + o.n end }
local function open(n) opened = opened + 1; return setmetatable({ n = n }, mt) end
for i = 1, 300 do
  local h <close> = open(i)
  if i % 7 == 0 then goto continue end
  h.n = h.n + 1
  ::continue::
end
print(opened, closed)
local function use(i)
  local a <close> = open(1)
  local b <close> = open(2)
  if i % 5 == 0 then return i end
  if i % 11 == 0 then error("eleven", 0) end
  return a.n + b.n
end
local sum, errors = 0, 0
for i = 1, 200 do
  local ok, v = pcall(use, i)
  if ok then sum = sum + v else errors = errors + 1 end
end
print(sum, errors, opened, closed)
