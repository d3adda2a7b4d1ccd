-- pcall and xpcall of Lua functions in hot loops: results, errors at every depth, handlers, tracebacks.
local function div(a, b)
  if b == 0 then error("zero") end
  return a // b, a % b
end
local sum, errors = 0, {}
for i = 1, 1000 do
  local ok, q, r = pcall(div, i * 10, i % 10)
  if ok then
    sum = sum + q + r
  else
    errors[q] = (errors[q] or 0) + 1
  end
end
for message, n in pairs(errors) do print(message, n) end
print(sum)

-- no results, missing arguments, more arguments than parameters
local function nothing(a, b) sum = sum + (a or 1) + (b or 2) end
local function three(a) return a, nil, a end
local counts = 0
for i = 1, 600 do
  counts = counts + select("#", pcall(nothing)) + select("#", pcall(nothing, i)) + select("#", pcall(three, i, i, i))
  local a, b, c, d = pcall(three, i)
  if a and b == i and c == nil and d == i then counts = counts + 1 end
  pcall(nothing, i, 1, 2)
end
print(counts, sum)

-- nested, with errors that pass through one of them, and error values of all kinds
local thrown = setmetatable({}, { __tostring = function() return "thrown" end })
local function inner(i)
  if i % 7 == 1 then error(thrown) end
  if i % 7 == 2 then error("text " .. i % 7, 0) end
  if i % 7 == 3 then error() end
  if i % 7 == 4 then local x = nil; return x.field end
  return i
end
local function outer(i)
  local ok, result = pcall(inner, i)
  if ok then return "fine" end
  if i % 2 == 0 then error(result, 0) end
  return tostring(result)
end
local results = {}
for i = 1, 1400 do
  local ok, result = pcall(outer, i)
  local key = tostring(ok) .. " " .. tostring(result)
  results[key] = (results[key] or 0) + 1
end
local keys = {}
for key in pairs(results) do keys[#keys + 1] = key end
table.sort(keys)
for _, key in ipairs(keys) do print(key, results[key]) end

-- message handlers: called where the error is raised
local depth = 0
local function handler(message)
  depth = depth + 1
  return "handled: " .. tostring(message)
end
local function risky(i, limit)
  if i > limit then error("above " .. limit) end
  return i
end
local handled = {}
for i = 1, 900 do
  local ok, value = xpcall(risky, handler, i % 30, 20)
  if ok then sum = sum + value else handled[value] = (handled[value] or 0) + 1 end
end
for message, n in pairs(handled) do print(message, n) end
print(depth, sum)
local traces = {}
for i = 1, 300 do
  local ok, trace = xpcall(risky, debug.traceback, i % 3, 1)
  if not ok then
    local line = trace:match("\n.-\n.-in [^\n]*") or trace
    traces[line] = (traces[line] or 0) + 1
  end
end
for trace, n in pairs(traces) do print(n, (trace:gsub("\n%s*", " | "))) end

-- arithmetic that fails, after locals of the protected function have changed; upvalues keep what was done before
local done = 0
local function work(list, from)
  local total = 0
  for i = from, #list do
    done = done + 1
    total = total + list[i]
  end
  return total
end
local good, bad = { 1, 2, 3, 4 }, { 1, 2, {}, 4 }
local failures = 0
for i = 1, 800 do
  local ok, total = pcall(work, i % 8 == 0 and bad or good, 1)
  if ok then sum = sum + total else failures = failures + 1 end
end
print(failures, done, sum)

-- objects that are made inside and come out as results or as errors
local function make(i)
  local object = { i, { i + 1 } }
  if i % 100 == 99 then error(object) end
  return object
end
for i = 1, 800 do
  local ok, object = pcall(make, i)
  sum = sum + object[1] + object[2][1] * (ok and 1 or -1)
end
print(sum)

-- recursion through pcall, to the limit of nested calls
local function deep(n)
  if n == 0 then return 0 end
  local ok, below = pcall(deep, n - 1)
  return ok and below + 1 or -1000
end
local depths = 0
for i = 1, 200 do depths = depths + deep(i % 20) end
print(depths)
local function endless(n)
  local ok, message = pcall(endless, n + 1)
  if not ok and n > 100 then error(message, 0) end
  return n, message
end
local ok, message = pcall(endless, 1)
print(ok, type(message))

-- tail calls inside, functions with extra arguments, library functions
local function tail(i) return div(i, i % 5) end
local function extra(...) return select("#", ...) end
local tails = 0
for i = 1, 600 do
  local ok, q = pcall(tail, i)
  if ok then tails = tails + q end
  local _, n = pcall(extra, i, nil)
  local _, m = pcall(math.max, i, n)
  local fine = pcall(string.rep)
  tails = tails + n + m + (fine and 1000 or 1)
end
print(tails)

-- inside a coroutine that yields through a protected call
local gen = coroutine.wrap(function()
  for i = 1, 500 do
    local ok, value = pcall(function(x)
      if x % 50 == 0 then coroutine.yield(x) end
      if x % 50 == 1 then error("one") end
      return x
    end, i)
  end
  return "end"
end)
for _ = 1, 11 do io.write(tostring(gen()), " ") end
print()
