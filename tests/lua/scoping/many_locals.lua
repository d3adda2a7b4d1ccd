-- Many locals, upvalues and nesting; the limits are errors.
local names = {}
for i = 1, 200 do names[i] = "v" .. i end
local src = "local " .. table.concat(names, ", ") .. " = 1; v200 = 7; return v1, v2, v200"
print(load(src)())
print(load("local " .. table.concat(names, ", ") .. ", extra = 1", "=many"))
local parts = {}
for i = 1, 180 do parts[i] = "local a" .. i .. " = " .. i end
parts[#parts + 1] = "return function() return a1 + a2 + a180 end"
print(load(table.concat(parts, "\n"))()())
local ups = {}
for i = 1, 3 do
  for j = 1, 100 do ups[#ups + 1] = ("u%d_%d"):format(i, j) end
end
local function nest(n)
  if n > 3 then return "return function() return " .. table.concat(ups, " + ") .. " end" end
  local t = {}
  for j = 1, 100 do t[j] = ("u%d_%d"):format(n, j) end
  return "local " .. table.concat(t, ", ") .. " = 1\nreturn (function()\n" .. nest(n + 1) .. "\nend)()"
end
local f, m = load(nest(1), "=up")
print(f, m)
print(load(("do "):rep(150) .. "x150 = 1 " .. ("end "):rep(150)) ~= nil)
print(load("return " .. ("("):rep(150) .. "7" .. (")"):rep(150))())
local deep, why = load("return " .. ("("):rep(1000) .. "7" .. (")"):rep(1000), "=deep")
print(deep, type(why))
deep, why = load(("{"):rep(500) .. ("}"):rep(500), "=d")
print(deep == nil, type(why))
local long = {}
for i = 1, 240 do long[i] = tostring(i) end
print(select("#", load("return " .. table.concat(long, ", "), "=r")()))
local const = {}
for i = 1, 400 do const[i] = ("%d.5"):format(i) end
print(load("return " .. table.concat(const, " + "))())
for i = 1, 300 do const[i] = ("t.f%d = %d"):format(i, i) end
print(load("local t = {} " .. table.concat(const, " ", 1, 300) .. " local s = 0 for _, v in pairs(t) do s = s + v end return s")())
