-- Strings and tables together: lengths, computed keys, next, concat of fresh arrays.
local n = 0
for i = 1, 250 do local s2 = "a" .. i; n = n + #s2 end
print(n)
for i = 1, 250 do local t = {}; t["k" .. (i % 3)] = i; n = n + (t.k0 or t.k1 or t.k2) end
print(n)
local e = 0
for i = 1, 250 do if next({}) == nil then e = e + 1 end if next({ i }) then e = e + 2 end local t = {}; t.x = 1; t.x = nil; if next(t) == nil then e = e + 4 end end
print(e)
for i = 1, 200 do n = n + #table.concat({ i, 3, "x" }) + #table.concat({ i, i }, ", ") end
print(n)
local kept
for i = 1, 250 do local o = { s = "v" .. i, t = { "w" .. i } }; if i == 249 then kept = o end n = n + #o.s end
print(kept.s, kept.t[1], n)
for i = 1, 200 do local o = { name = i % 2 == 0 and "even" or "odd" }; n = n + #o.name; if o.name == "even" then n = n + 1 end end
print(n)
