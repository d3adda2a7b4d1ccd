-- Positional items of a constructor stand in the array, nil or not: the length is that of the items up to the last that is not nil.
local function f(...) return ... end
local function lengths(...)
  return #{ nil, "x" }, #{ nil, nil, 3 }, #{ n = 1, nil, 2 }, #{ 1, 2, 3, nil, 5 }, #{ 1, nil, 3 }, #{ nil }, #{ nil, nil },
    #{ f(nil, "x") }, #{ 1, f(nil, 2) }, #{ x = 1, f(nil, 2) }, #{ ... }, #{ 1, nil, nil, 4, nil == 1 and 2 }, #table.pack(...)
end
for _ = 1, 100 do lengths(nil, 5, nil, 7) end
print(lengths(nil, 5, nil, 7))
print(lengths())
print(table.unpack { nil, "message" })
print(select("#", table.unpack { nil, nil, 3 }), #table.pack(nil, 2), #table.pack(nil, nil))
local t = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil,
  nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, 55 }
print(#t, t[55], next(t))
t = { nil, "x" }
t[1] = 1
print(#t)
t[3] = 3
print(#t, table.concat(t, " "))
t = { nil, 2, 3 }
table.insert(t, 4)
print(#t, t[4], table.remove(t), #t)
print(pcall(table.concat, { nil, "x" }))
for i, v in ipairs { nil, 2 } do print("never", i, v) end
local seen = {}
for k, v in pairs { nil, "b", nil, "d", x = 1 } do seen[#seen + 1] = tostring(k) .. "=" .. tostring(v) end
table.sort(seen)
print(table.concat(seen, " "))
local function results(ok, ...)
  local packed = { ok, ... }
  return table.unpack(packed)
end
local count = 0
for i = 1, 300 do
  local a, b = results(i % 3 == 0 or nil, i)
  if a == nil and b == i then count = count + 1 end
end
print(count)
