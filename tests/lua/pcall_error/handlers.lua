-- Errors in handlers, handlers that see the point of error, rethrowing.
local depth
local function probe(m) depth = m; return "probed" end
print(xpcall(function() local t = {}; t.x.y = 1 end, probe))
print(depth)
print(xpcall(function() error({ 1 }) end, function(e) return type(e) .. e[1] end))
print(xpcall(function() error("a", 0) end, function(m) error("b", 0) end))
print(pcall(function()
  local ok, m = pcall(error, "inner", 0)
  error("outer(" .. m .. ")", 0)
end))
local log = {}
local function try(f, catch, finally)
  local r = table.pack(pcall(f))
  if not r[1] and catch then catch(r[2]) end
  if finally then finally() end
  return table.unpack(r, 2, r.n)
end
print(try(function() return 1, 2 end, nil, function() log[#log + 1] = "f1" end))
print(try(function() error("E", 0) end, function(m) log[#log + 1] = "c" .. m end, function() log[#log + 1] = "f2" end))
print(table.concat(log, " "))
local results = {}
for i = 1, 10 do
  local ok, v = pcall(function() if i % 3 == 0 then error(i) end return i * i end)
  results[#results + 1] = (ok and "ok" or "err") .. tostring(v)
end
print(table.concat(results, " "))
print(xpcall(string.rep, function(m) return "H:" .. m end))
