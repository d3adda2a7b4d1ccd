-- Machine code that writes what it knows of frames inlined in it beyond the end of a small stack: at exits, and at calls that it makes.
-- A new coroutine has a small stack, which is as full as `depth` says; the loops turn often enough to be entered, and reach the frames late.
local function numbers(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return table.concat(list, ", ")
end

local function with_locals(n, rest)
  local names = {}
  for i = 1, n do names[i] = "local v" .. i .. " = a" end
  return table.concat(names, " ") .. " " .. rest
end

local function at_all_depths(loop, input, depths, step)
  local function deep(depth)
    if depth == 0 then return loop(10, input) end
    return (deep(depth - 1))
  end
  local sum = 0
  for depth = 1, depths, step do sum = sum + coroutine.wrap(deep)(depth) end
  return sum
end

-- An exit at a call that takes a long open list.
local function count(...) return (select("#", ...)) end
local function count_more(...) return (select("#", ...)) + 1000 end
local pass_on = load([[
  local pass = ...
  return function(n, counters)
    local sum = 0
    for i = 1, n do
      if i > 3 then sum = sum + pass(counters[i], ]] .. numbers(60) .. [[) end
    end
    return sum
  end
]])(function(counter, ...)
  local result = counter(...)
  return result
end)
local plain, other = {}, {}
for i = 1, 40 do
  plain[i] = count
  other[i] = i == 5 and count_more or count
end
local sum = 0
for i = 1, 30 do sum = sum + pass_on(40, plain) end
print(sum, at_all_depths(pass_on, other, 200, 3))

-- A library function that the interpreter calls, in the innermost of three large frames.
local function call_out()
  local kept = 0
  table.sort({ 2, 1 }, function(a, b) kept = kept + 1 return a < b end)
  return kept > 0 and 1 or 0
end
local third = load("local sort = ... return function(a) " .. with_locals(100, "local x = sort({ 2, 1 }, function(p, q) return p < q end) return v1 + v100 + 1 end"))(table.sort)
local second = load("local third = ... return function(a) " .. with_locals(100, "local y = third(a) return v1 + v100 + y end"))(third)
local first = load("local second = ... return function(a) " .. with_locals(100, "local y = second(a) return v1 + v100 + y end"))(second)
local function large(n)
  local sum = 0
  for i = 1, n do
    if i > 3 then sum = sum + first(i) end
  end
  return sum
end
sum = 0
for i = 1, 30 do sum = sum + large(40) end
print(sum, at_all_depths(large, nil, 200, 3), call_out())

-- A recursive function of one parameter that gets very many arguments.
local function weighted(n)
  local sum = 0
  for i = 1, 3 do sum = sum + i * n end
  if n > 1 then return sum + weighted(n - 1) end
  return sum
end
for i = 1, 60 do weighted(5) end
local many = load("local weighted = ... return function(n) local r = weighted(n, " .. numbers(200) .. ") return r + 1 end")(weighted)
local function recursive(n)
  local sum = 0
  for i = 1, n do
    if i > 3 then sum = sum + many(i % 4) end
  end
  return sum
end
sum = 0
for i = 1, 30 do sum = sum + recursive(40) end
print(sum, at_all_depths(recursive, nil, 200, 3))
