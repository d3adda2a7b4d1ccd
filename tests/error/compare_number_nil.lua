local limit
print(1 < limit)
