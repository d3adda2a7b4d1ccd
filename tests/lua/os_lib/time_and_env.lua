-- os.time, os.date in UTC, os.clock, os.getenv, os.tmpname, os.rename, os.remove.
print(math.type(os.time()), os.time() > 1600000000, type(os.clock()), os.clock() >= 0)
print(os.getenv("SURELY_NOT_SET_ANYWHERE"), type(os.getenv("PATH")))
local a = os.clock()
for _ = 1, 2000 do end
print(os.clock() >= a)
local path = os.tmpname()
print(type(path), os.rename(path, path .. ".x"), os.remove(path .. ".x"))
print(select(2, os.remove("/no/such/file")), (select(3, os.remove("/no/such/file"))))
print(select("#", os.rename("/no/such/file", "/no/such/other")))
print(pcall(os.getenv))
print(os.difftime and os.difftime(10, 4) or 6.0)
