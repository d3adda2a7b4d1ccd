-- Bitwise operators in hot loops on floats with integral values and on metamethods.
local acc = 0
for i = 1, 300 do acc = acc ~ (i * 1.0) end
print(acc, math.type(acc))
for i = 1, 300 do acc = acc + ((i / 1) << 2 | 1) end
print(acc)
local bits = setmetatable({}, { __band = function(_, n) return n + 1 end, __shl = function(n) return n end })
local s = 0
for i = 1, 200 do s = s + (bits & i) + (i << bits) end
print(s)
print(pcall(function() local v = 0; for i = 1, 300 do v = v | (i == 222 and i + 0.5 or i) end end))
local flags = 0
for i = 1, 256 do if i & 1 == 1 and i & 8 ~= 0 then flags = flags | 1 << (i >> 3 & 31) end end
print(flags)
