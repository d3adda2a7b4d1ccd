next({}, 'nope')
