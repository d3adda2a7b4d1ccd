-- Functions called with arguments of changing types while hot.
local function id(x) return x end
local function add(a, b) return a + b end
local function len(x) return #x end
local function get(t, k) return t[k] end
local s = 0
for i = 1, 500 do
  local v
  if i < 150 then v = add(i, 1) elseif i < 300 then v = add(i, 0.5) elseif i < 400 then v = add(i .. "", 1) else v = add(i, "2") end
  s = s + id(v)
end
print(s)
local l = 0
local things = { "abc", { 1, 2 }, "", {}, setmetatable({}, { __len = function() return 7 end }) }
for i = 1, 300 do l = l + len(things[i % 5 + 1]) end
print(l)
local g = 0
local tables = { { k = 1, [1] = 5 }, { 9, k = 2.5 }, setmetatable({}, { __index = function(_, k) return k == "k" and 3 or 4 end }) }
for i = 1, 400 do g = g + get(tables[i % 3 + 1], i % 2 == 0 and "k" or 1) end
print(g)
local kinds = 0
for i = 1, 300 do
  local x = id(i % 6 == 0 and nil or i % 6 == 1 and "s" or i % 6 == 2 and {} or i % 6 == 3 and print or i % 6 == 4 and true or i)
  kinds = kinds + #type(x)
end
print(kinds)
local function f(x) if x == nil then return "none" end return x end
local out = {}
for i = 1, 200 do out[i % 3 + 1] = f(i % 3 == 0 and i or nil) end
print(out[1], out[2], out[3])
print(pcall(function() local t = 0; for i = 1, 300 do t = add(t, i == 280 and {} or 1) end end))
