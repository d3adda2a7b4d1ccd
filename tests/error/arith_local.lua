local price = nil
local count = 3
print(count * price)
