print(undefined.x)
