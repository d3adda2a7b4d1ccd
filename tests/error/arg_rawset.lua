rawset(1, 2, 3)
