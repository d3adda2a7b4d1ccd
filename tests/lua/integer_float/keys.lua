-- A float with an integral value is the same key as the integer.
local t = {}
t[1.0] = "one"
t[2] = "two"
t[2 ^ 53] = "big"
t[-0.0] = "zero"
print(t[1], t[2.0], t[9007199254740992], t[0], t[0.0], #t)
t[1] = "ONE"
print(t[1.0], next({ [3.0] = 1 }), math.type(next({ [3.0] = 1 })))
t[1.5] = "half"
print(t[1.5], t[3 / 2], t[1.5 + 1e-17], t[2.5])
t[2 ^ 63] = "too large"
print(t[2 ^ 63], t[math.mininteger], math.type(next({ [2 ^ 63] = 1 })))
print(rawget(t, 1.0), rawequal(1, 1.0), rawlen({ 1, 2, [3.0] = 3 }))
print(pcall(function() t[0 / 0] = 1 end))
print(pcall(function() t[nil] = 1 end))
print(t[0 / 0], t[nil])
local keys = {}
for k in pairs({ [1.0] = 1, [2.0] = 1, [0.5] = 1 }) do keys[#keys + 1] = tostring(k) end
table.sort(keys)
print(table.concat(keys, " "))
