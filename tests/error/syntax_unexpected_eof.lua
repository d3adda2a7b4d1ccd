local function f()
  print(1)

