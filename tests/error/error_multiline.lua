error('first\nsecond\nthird', 0)
