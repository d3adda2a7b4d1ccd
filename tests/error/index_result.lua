local function f() end
print(f().x)
