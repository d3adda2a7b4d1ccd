local flag = true
print(-flag)
