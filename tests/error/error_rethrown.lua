local ok, m = pcall(error, 'first', 0)
error('again: ' .. m, 0)
