local done = false
print(done .. '')
