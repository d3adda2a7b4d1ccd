local t = { x = 1 }
print(t.x + t.y)
