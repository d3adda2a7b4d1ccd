error('', 0)
