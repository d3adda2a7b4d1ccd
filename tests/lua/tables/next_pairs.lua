-- pairs visits everything once; assigning and clearing present keys while walking is allowed.
local t = {}
for i = 1, 50 do t[i], t["s" .. i] = i, i * 2 end
t[1.5], t[true] = "f", "b"
local seen, count = {}, 0
for k, v in pairs(t) do
  assert(seen[k] == nil)
  seen[k], count = v, count + 1
end
print(count, seen[10], seen.s10, seen[1.5], seen[true])
for k, v in pairs(t) do
  if type(v) == "number" then t[k] = v + 1 end
end
print(t[10], t.s10)
for k in pairs(t) do t[k] = nil end
print(next(t))
local keys = {}
for i, v in pairs({ "a", "b", "c" }) do keys[#keys + 1] = i .. v end
print(table.concat(keys, " "))
print(next({ 5 }), next({ 5 }, 1), pcall(next, {}, "nope"))
local k, v = next({ only = 1 })
print(k, v)
for a, b in next, { 7 } do print(a, b) end
print(pcall(pairs))
print(select("#", pairs(nil)), pcall(function() for _ in pairs(nil) do end end))
print(pcall(ipairs))
print(pcall(next, nil))
