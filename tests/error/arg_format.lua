print(string.format('%d', 'x'))
