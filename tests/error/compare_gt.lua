local a, b = true, 1
print(a > b)
