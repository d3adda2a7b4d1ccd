print('x' .. {})
