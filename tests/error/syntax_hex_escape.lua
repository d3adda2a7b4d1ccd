print('\xg1')
