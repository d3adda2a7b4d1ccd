for i = 'a', 10 do end
