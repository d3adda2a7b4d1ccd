print(('x'):gsub('x', '%3'))
