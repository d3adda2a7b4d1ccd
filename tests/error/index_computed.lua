local t, k = {}, 'key'
print(t[k].x)
