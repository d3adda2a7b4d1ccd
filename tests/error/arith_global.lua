print(1 + missing_total)
