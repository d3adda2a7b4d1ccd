-- Switching the compiler and sinking while the program runs changes what they count, and never a result.
local moonset = require "moonset"
local jit, sink = moonset.jit, moonset.sink

local function points(n)
  -- The last point is used after the loop: its allocation is not simply dead.
  local sum, point = 0, { x = 0, y = 0 }
  for i = 1, n do
    point = { x = i, y = point.x + 1 }
    sum = sum + point.x * point.y
  end
  return sum + point.y - n
end
local expected = 0
for i = 1, 5000 do expected = expected + i * i end

local function counts()
  local stats = moonset.stats()
  return stats.jit.traces, stats.sink.sunk_sites
end

local initially = jit.status()

jit.off()
assert(jit.status() == false and moonset.stats().jit.enabled == false)
local traces = counts()
assert(points(5000) == expected)
assert(counts() == traces, "something was compiled")
assert(moonset.stats().jit.code_bytes == 0, "code is left")

-- The loop has run often by now: it is compiled all the same.
jit.on()
sink.on()
assert(jit.status() == true and sink.status() == true)
local traces, sunk = counts()
assert(points(5000) == expected)
local traces_after, sunk_after = counts()
assert(traces_after > traces and sunk_after > sunk)
assert(moonset.stats().jit.code_bytes > 0)

sink.off()
assert(sink.status() == false and moonset.stats().jit.sink == false)
local _, sunk = counts()
assert(points(5000) == expected)
local traces_later, sunk_later = counts()
assert(traces_later > traces_after and sunk_later == sunk)
sink.on()

-- Code goes while the function that it belongs to is running.
local function restless(n)
  local sum = 0
  for i = 1, n do
    sum = sum + i
    if i % 500 == 0 then jit.flush() end
    if i % 1700 == 0 then jit.off() end
    if i % 1900 == 0 then jit.on() end
    if i % 2300 == 0 then sink.off() end
  end
  return sum
end
local flushes = moonset.stats().jit.flushes
assert(restless(20000) == 20000 * 20001 // 2)
assert(moonset.stats().jit.flushes >= flushes + 40)

-- Also within calls, and from a coroutine.
jit.on()
local function fib(n)
  if n == 9 then jit.flush() end
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
assert(fib(18) == 2584)
local worker = coroutine.wrap(function()
  for i = 1, 60 do
    jit.flush()
    points(100)
    coroutine.yield(i)
  end
end)
for i = 1, 60 do assert(worker() == i) end

if not initially then jit.off() end
print "ok"
