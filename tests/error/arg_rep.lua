print(('x'):rep({}))
