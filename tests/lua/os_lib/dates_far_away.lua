-- Years of fewer than four digits, centuries, and years that C's 32 bits do not hold.
for _, time in ipairs {0, -62135596800, -62135596801, -62167219200, -62198755200, -59011459200, -30610224000, 253402300800,
    67767976233532799, -67768040609740800} do
  print(os.date("!%c|%Y|%C|%y|%G|%g|%F|%D|%x|%EC|%Ey|%Oy", time))
end
print(pcall(os.date, "!%Y", 67767976233532800))
print(os.date("!*t\0x", 0).year, os.date("!%Y\0%m", 0) == "1970\00001")

-- Differences are exact before they become a float.
print(os.difftime((1 << 60) + 1, 1 << 60), os.difftime(math.maxinteger, math.mininteger), os.difftime(0, (1 << 53) + 1))

-- The fields come back by way of `__newindex`.
local set = {}
local fields = setmetatable({}, {
  __index = {year = 2020, month = 14, day = -3, hour = 12},
  __newindex = function(_, key, value) set[#set + 1] = key .. "=" .. tostring(value) end,
})
os.time(fields)
print(table.concat(set, " "), next(fields))
