print(string.format('%y', 1))
