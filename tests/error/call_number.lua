local n = 42
n(1)
