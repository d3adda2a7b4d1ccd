print(('abc'):sub(1.5))
