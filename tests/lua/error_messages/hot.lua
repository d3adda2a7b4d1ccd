-- Errors raised from hot loops carry the same message and line as in cold code.
local function try(f, ...)
  local ok, m = pcall(f, ...)
  print(ok, (tostring(m):gsub("^.*/", "")))
end
local data = {}
for i = 1, 150 do data[i] = { v = i } end
data[120] = false
try(function() local s = 0; for i = 1, 150 do s = s + data[i].v end return s end)
data[120] = { v = "x" }
try(function() local s = 0; for i = 1, 150 do s = s + data[i].v end return s end)
data[120] = { v = nil }
try(function() local s = 0; for i = 1, 150 do s = s + data[i].v end return s end)
data[120] = { v = {} }
try(function() local s = 0; for i = 1, 150 do s = s + data[i].v end return s end)
try(function() local s = 0; for i = 1, 200 do s = s + #data[i] end return s end)
local obj = setmetatable({}, { __add = function(a, b) if b == 130 then error("from metamethod") end return a end })
try(function() local a = obj; for i = 1, 200 do a = a + i end end)
try(function() for i = 1, 200 do local q = 1000 // (i - 150) end end)
try(function() for i = 1, 200 do local q = 1000 % (i - 150) end end)
try(function() local f = print; for i = 1, 200 do if i == 140 then f = nil end; if i > 139 then f() end end end)
try(function() local s = ""; for i = 1, 200 do s = s .. (i == 150 and {} or "a") end end)
try(function() for i = 1, 200 do local b = i < (i == 150 and "x" or 500) end end)
try(function() for i = 1, 200 do local b = i | (i == 150 and 1.5 or 1) end end)
try(function() for i = 1, 200 do if i == 133 then error({}) end end end == nil and print or function() return "fine" end)
local function inner(i) if i == 111 then error("inner " .. i, 2) end return i end
try(function()
  local s = 0
  for i = 1, 200 do
    s = s + inner(i)
  end
  return s
end)
