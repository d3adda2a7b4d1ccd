local t = { bits = {} }
print(t.bits | 1)
