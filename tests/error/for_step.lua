for i = 1, 10, nil do end
