print(2 ^ 80 & 1)
