local t <const> = nil
print(t.x)
