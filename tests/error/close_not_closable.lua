local f <close> = 42
