local h <close> = nil
h = 1
