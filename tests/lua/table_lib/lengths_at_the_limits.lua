-- `__len` may say any integer.
local function long(length) return setmetatable({}, {__len = function() return length end}) end
local most, least = math.maxinteger, math.mininteger
for _, length in ipairs {most, most - 1, least, least + 1, -1, -5, 0} do
  for _, position in ipairs {most, most - 1, 1, 0, -1, -3, least} do
    if length < most - 1 and length - position < 100 or position > most - 5 or length < 0 and position > 0 then
      local t = long(length)
      local ok, why = pcall(table.insert, t, position, "new")
      print(length, position, ok, why or rawget(t, position))
    end
  end
  local t = long(length)
  print(length, pcall(table.insert, t, "last"), next(t))
end
local plain = {}
print(pcall(table.concat, {1, setmetatable({}, {__name = "Named"}), 3}))
