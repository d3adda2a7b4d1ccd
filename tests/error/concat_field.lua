local user = {}
print('hello ' .. user.name .. '!')
