local ratio = 0.5
print(1 << ratio)
