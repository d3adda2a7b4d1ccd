-- `print` asks `__tostring` of numbers, too; what joins texts does not.
debug.setmetatable(1, {__tostring = function(n) return "<" .. n .. ">" end})
for i = 1, 3 do print(i, i + 0.5, tostring(i), string.format("%s %d", i, i), i .. "", table.concat({i})) end
io.write(1, " ", 2.5, "\n")
debug.setmetatable(1, nil)
print(1, 2.5)
