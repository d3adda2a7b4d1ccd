local s = 'text'
print(s:explode())
