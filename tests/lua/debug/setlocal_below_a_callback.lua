-- Functions that a library function calls for machine code write variables of the frames below.
local function write(name, value)
  for level = 2, 9 do
    if not debug.getinfo(level, "f") then return end
    for index = 1, 30 do
      local found = debug.getlocal(level, index)
      if not found then break end
      if found == name then
        debug.setlocal(level, index, value)
        return
      end
    end
  end
end

local function with_gsub()
  local sum, value = 0, 1
  for i = 1, 60 do
    string.gsub("a", "a", function() if i == 45 then write("value", 1000) end end)
    sum = sum + value
  end
  return sum
end
print(with_gsub())

local function with_sort()
  local sum, value, list = 0, 1, { 3, 1, 2 }
  for i = 1, 60 do
    table.sort(list, function(a, b)
      if i == 45 then write("value", 1000) end
      if i == 50 then write("sum", 5) end
      return a < b
    end)
    sum = sum + value
  end
  return sum
end
print(with_sort())

local function inner(value, i)
  local kept = value
  string.gsub("a", "a", function() if i % 20 == 0 then write("kept", i) end end)
  return kept
end
local function through_a_call()
  local sum = 0
  for i = 1, 60 do sum = sum + inner(1, i) end
  return sum
end
print(through_a_call())

local function captured()
  local sum, value = 0, 1
  local function get() return value end
  for i = 1, 60 do
    string.gsub("a", "a", function() if i == 30 then debug.setupvalue(get, 1, 100) end end)
    sum = sum + value + get()
  end
  return sum
end
print(captured())

local function metatables()
  local sum, object = 0, {}
  for i = 1, 60 do
    string.gsub("a", "a", function()
      if i == 20 then debug.setmetatable(object, { __index = function() return 7 end }) end
      if i == 40 then debug.setmetatable(object, nil) end
    end)
    sum = sum + (object.x or 1)
  end
  return sum
end
print(metatables())
