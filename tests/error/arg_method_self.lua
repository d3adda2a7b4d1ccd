local s = string
print(s.rep())
