-- Lists of arguments that end far above the frame that passes them on, with exits at the call.
local function count(...) return (select("#", ...)) end
local function count_more(...) return (select("#", ...)) + 1000 end
local function numbers(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return table.concat(list, ", ")
end

local counters = {}
for i = 1, 60 do counters[i] = i > 30 and i % 2 == 0 and count_more or count end
for _, length in ipairs { 180, 196, 197, 198, 199, 200, 240 } do
  local locals = {}
  for i = 1, 57 do locals[i] = "local v" .. i .. " = a" end
  local pass = load("return function(a, f, ...) " .. table.concat(locals, " ") .. " local r = f(...) return r + v57 - v1 end")()
  local run = load([[
    local pass, counters = ...
    local sum = 0
    for i = 1, 60 do sum = sum + pass(i, counters[i], ]] .. numbers(length) .. [[) end
    return sum
  ]])
  print(length, run(pass, counters))
end
