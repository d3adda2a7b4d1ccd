-- Hot loops that call library functions which call Lua: the loop goes on with what the callbacks have changed.
local total, seen = 0, {}
local names = { ada = "lovelace", alan = "turing" }

for i = 1, 700 do
  local before = total
  local text, count = ("$ada and $alan $nobody"):gsub("%$(%a+)", function(name)
    total = total + #name + i % 7
    return names[name]
  end)
  if i % 233 == 0 then print(i, text, count, total - before) end
  seen[count] = (seen[count] or 0) + 1
end
print(total, seen[3])

-- sort with an order that counts, of records
local compared = 0
local checksum = 0
for i = 1, 500 do
  local list = {}
  for j = 1, 5 do list[j] = { key = (i * j * 7) % 11, id = j } end
  table.sort(list, function(a, b)
    compared = compared + 1
    if a.key ~= b.key then return a.key > b.key end
    return a.id < b.id
  end)
  checksum = (checksum * 3 + list[1].id * 5 + list[5].id) % 100003
end
print(compared > 1000, checksum)

-- __tostring, by tostring, format and print
local shown = 0
local object = setmetatable({}, { __tostring = function(self) shown = shown + 1 return "object " .. shown % 10 end })
local length = 0
for i = 1, 600 do
  length = length + #tostring(object) + #string.format("<%s|%5d>", object, i)
  if i % 300 == 0 then print(object, i) end
end
print(shown, length)

-- errors from callbacks, and from functions without callbacks: messages and positions
local function fails(limit)
  local sum = 0
  for i = 1, 600 do
    local s = ("a-b"):gsub("%a", function(c)
      if i == limit then error("in callback " .. c) end
      return c:upper()
    end)
    sum = sum + #s
  end
  return sum
end
print(pcall(fails, 599))
print(pcall(fails, 601))
local function level_two(limit)
  for i = 1, 600 do
    string.gsub("xyz", ".", function(c)
      if i == limit then error("two up", 2) end
    end)
  end
end
print(pcall(level_two, 500))
local function bad_order(limit)
  for i = 1, 600 do
    table.sort({ 3, 1, 2 }, i == limit and 17 or function(a, b) return a < b end)
  end
end
print(pcall(bad_order, 555))
local function not_a_replacement(limit)
  local n = 0
  for i = 1, 600 do
    local _, k = ("abc"):gsub("b", function() n = n + 1 if i == limit then return {} end end)
    n = n + k
  end
end
print(pcall(not_a_replacement, 580))

-- callbacks that make garbage, collect, or compile loops of their own
local kept = {}
for i = 1, 400 do
  local record = { i, tostring(i) }
  local s = ("ab"):gsub(".", function(c)
    if i % 100 == 0 then collectgarbage() end
    local inner = 0
    for j = 1, 20 do
      inner = inner + #(("p"):gsub("p", function() return ("q"):rep(j % 3) end))
    end
    return { } and c .. inner
  end)
  kept[i % 10 + 1] = { record, s }
end
for i = 1, 10 do io.write(kept[i][1][1], kept[i][1][2], kept[i][2], " ") end
print()

-- the number of results in an open list changes
local function several(n)
  return select(n, "a", "b", "c", "d")
end
local joined = 0
local chunk = load("return ...", "chunk")
for i = 1, 900 do
  local list = { chunk(several(i % 4 + 1)) }
  joined = joined + #list
  joined = joined + select("#", ("x"):gsub("x", function() return i % 2 == 0 and "y" or nil end))
end
print(joined)

-- iterators of the library that call Lua back: load with pieces
local pieces = 0
for i = 1, 30 do
  local left = { "return ", "function() ", "return " .. i % 3, " end" }
  local at = 0
  local f = load(function() at = at + 1 pieces = pieces + 1 return left[at] end)
  joined = joined + f()()
end
print(joined, pieces)

-- a yield across the library function is refused; the loop goes on in other coroutines
local co = coroutine.wrap(function()
  local refused = 0
  for i = 1, 500 do
    local ok, message = pcall(string.gsub, "x", "x", function() coroutine.yield(i) end)
    if not ok then refused = refused + 1 end
    local s = ("y"):gsub("y", function() return tostring(i) end)
    if i % 100 == 0 then coroutine.yield(s) end
  end
  return refused
end)
for _ = 1, 6 do io.write(co(), " ") end
print()

-- coroutines made and looked at in loops
local states = {}
for i = 1, 500 do
  local made = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
  local first = coroutine.status(made)
  local _, x = coroutine.resume(made, i)
  local second = coroutine.status(made)
  local _, y = coroutine.resume(made, x)
  local key = first .. second .. coroutine.status(made)
  states[key] = (states[key] or 0) + x + y
end
for key, n in pairs(states) do print(key, n) end

-- tracebacks from inside
local traces = {}
local function traced(i)
  local text
  local s = ("k"):gsub("k", function() text = debug.traceback("t", 1) end)
  return text, s
end
for i = 1, 600 do
  local text = traced(i)
  traces[text] = (traces[text] or 0) + 1
end
for _, n in pairs(traces) do print(n) end
