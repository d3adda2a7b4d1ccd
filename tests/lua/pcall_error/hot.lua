-- pcall in hot loops, with and without errors.
local function risky(i)
  if i % 50 == 0 then error("fifty", 0) end
  if i % 77 == 0 then error({ at = i }) end
  if i % 91 == 0 then local x; return x.field end
  return i
end
local sum, strings, tables, others = 0, 0, 0, 0
for i = 1, 500 do
  local ok, v = pcall(risky, i)
  if ok then sum = sum + v
  elseif type(v) == "table" then tables = tables + v.at
  elseif v == "fifty" then strings = strings + 1
  else others = others + 1 end
end
print(sum, strings, tables, others)
local caught = 0
for i = 1, 200 do
  local t = { n = i }
  local ok = pcall(function() t.n = t.n + 1; if t.n % 3 == 0 then error(t) end t.n = -t.n end)
  caught = caught + t.n
end
print(caught)
local x = 0
for i = 1, 200 do
  local ok, a, b = pcall(function(...) return ... end, i, x)
  x = a + (ok and 1 or 0) + b % 3
end
print(x)
local h = 0
for i = 1, 200 do
  local ok, m = xpcall(function() if i % 4 == 0 then error(i, 0) end return "fine" end, function(e) return e * 2 end)
  h = h + (ok and 1 or m)
end
print(h)
print(pcall(function()
  local s = 0
  for i = 1, 1000 do
    s = s + i
    if i == 700 then s = s + nil end
  end
end))
