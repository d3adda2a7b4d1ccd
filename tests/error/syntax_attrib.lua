local x <fixed> = 1
