print(select(0, 'a'))
