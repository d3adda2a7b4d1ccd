local mask
print(~mask)
