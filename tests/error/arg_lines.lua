for l in io.lines('/no/such/file') do end
