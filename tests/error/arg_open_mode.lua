io.open('x', 'zz')
