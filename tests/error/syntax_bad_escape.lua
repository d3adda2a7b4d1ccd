print('a\qb')
