print("hello)
print(1)
