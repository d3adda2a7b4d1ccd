print(string.char(300))
