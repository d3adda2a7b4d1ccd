print(math.random(3, 1))
