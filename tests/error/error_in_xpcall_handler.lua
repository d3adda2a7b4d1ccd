local ok, m = xpcall(error, function(m) return 'handled ' .. m end, 'x')
error(m, 0)
