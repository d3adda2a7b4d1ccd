-- os.date and os.time: fields, ranges, normalisation, conversions with modifiers, wrong arguments.
local function show(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys)
  for i, k in ipairs(keys) do keys[i] = k .. "=" .. tostring(t[k]) end
  return table.concat(keys, " ")
end
for _, unix in ipairs { 0, 86399, 951782400, 1e9, 1704067199, -1, -86401, 4102444800, 253402300800, -30610224000 } do
  print(show(os.date("!*t", math.tointeger(unix))))
  print(os.date("!%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %m %M %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %z %Z %% %n%t|", math.tointeger(unix)))
  print(os.date("!%Ec %EC %Ex %EX %Ey %EY %Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy", math.tointeger(unix)))
end
for _, format in ipairs { "%", "x%", "%E", "%O", "%Ez", "%Ea", "%OY", "%Oz and more", "%Q", "%s", "%k", "%+", "%5d", "%-d", "%EEc", "%é", "!%", "!%J" } do
  print(pcall(os.date, format, 0))
end
print(os.date("", 0) == "", os.date("!", 0) == "", os.date("plain", 0), os.date("!a\0b%d\0", 0) == "a\0b01\0")
print(#os.date(("%c"):rep(100), 0) == 100 * #os.date("%c", 0))
for _, args in ipairs { { {} }, { "%c", {} }, { "%c", 1.5 }, { "%c", "x" }, { 12, 0 }, { "!%F", "86400" }, { "!%F", 86400.0 } } do
  print(pcall(os.date, table.unpack(args)))
end
print(pcall(os.date, "%c", math.maxinteger))
print(pcall(os.date, "!%c", math.mininteger))
print(pcall(os.date, "*t", 2^60))
print(pcall(os.date, "!%Y", 67768036191676800))

-- what goes in comes out, whatever the zone
local function back(year, month, day, hour, min, sec)
  local t = { year = year, month = month, day = day, hour = hour, min = min, sec = sec }
  local unix = os.time(t)
  local again = os.date("*t", unix)
  print(show(t) == show(again), ("%d-%02d-%02d %02d:%02d:%02d"):format(t.year, t.month, t.day, t.hour, t.min, t.sec), t.yday, t.wday, os.time(t) == unix)
end
back(2024, 2, 29, 12, 30, 15)
back(2024, 14, -3, 25, 61, 3601)
back(2023, 0, 0, 0, 0, 0)
back(1969, 12, 31, 23, 0, 0)
back(2000, 1, 1, 12, 0, -86400 * 365)
back(1900, -100, 1000, 100, -1000, 5)
print(os.time { year = 2024, month = 1, day = 2 } == os.time { year = 2024, month = 1, day = 2, hour = 12, min = 0, sec = 0 })
print(os.time { year = "2024", month = "01", day = "0x2", hour = "3.0" } == os.time { year = 2024, month = 1, day = 2, hour = 3 })
print(os.difftime(os.time { year = 2024, month = 1, day = 2 }, os.time { year = 2024, month = 1, day = 1 }))
for _, t in ipairs {
  {}, { year = 2024 }, { year = 2024, month = 1 }, { month = 1, day = 1 }, { year = 2024, month = 1.5, day = 1 },
  { year = 2024, month = "x", day = 1 }, { year = 2024, month = {}, day = 1 }, { year = 1 << 40, month = 1, day = 1 },
  { year = (1 << 31) + 1900, month = 1, day = 1 }, { year = -(1 << 31) + 1899, month = 1, day = 1 },
  { year = 2024, month = (1 << 31) + 1, day = 1 }, { year = 2024, month = 1, day = 1 << 31 },
  { year = 2024, month = 1, day = 1, hour = 1 << 31 }, { year = 2024, month = 1, day = 1, min = -(1 << 31) - 1 },
  { year = 2024, month = 1, day = 1, sec = 2^53 }, { year = 2024, month = 1, day = 1, sec = 1e300 },
  { year = 2024, month = 1, day = 1, sec = math.mininteger }, { year = (1 << 31) + 1899, month = 12, day = 31, sec = 1 << 30 },
} do
  print(pcall(os.time, t))
end
print(pcall(os.time, 12))
print(pcall(os.time, "x"))
local proxy = setmetatable({}, { __index = { year = 2020, month = 6, day = 15 } })
print(os.time(proxy) == os.time { year = 2020, month = 6, day = 15 }, rawget(proxy, "hour"), rawget(proxy, "yday"))
print(pcall(os.difftime), pcall(os.difftime, 1), pcall(os.difftime, 1, {}))
print(os.difftime(5, 2), os.difftime(2, 5))
print(math.type(os.time()), math.type(os.clock()), os.clock() >= 0)

print(os.setlocale(), os.setlocale(nil), os.setlocale("C"), os.setlocale("C", "all"), os.setlocale(nil, "numeric"), os.setlocale("POSIX", "time"))
for _, category in ipairs { "all", "collate", "ctype", "monetary", "numeric", "time" } do print(os.setlocale("C", category)) end
print(os.setlocale("no such locale"), os.setlocale("xx_YY", "time"))
print(pcall(os.setlocale, "C", "some"))
print(pcall(os.setlocale, {}))
print(os.getenv("NO_SUCH_VARIABLE_AT_ALL"), os.getenv(""), os.getenv("A=B"), pcall(os.getenv))
print(select("#", os.remove("/no/such/file")), os.remove("/no/such/file"))
print(os.rename("/no/such/file", "/no/such/other"))
print(pcall(os.remove), pcall(os.rename, "x"))
local dir = os.tmpname()
os.remove(dir)
print(os.execute("mkdir " .. dir))
print(os.execute("touch " .. dir .. "/x"))
print((select(2, os.remove(dir)):gsub("^.*: ", "")))
print(os.remove(dir .. "/x"), os.remove(dir))
print(pcall(os.exit, {}))
