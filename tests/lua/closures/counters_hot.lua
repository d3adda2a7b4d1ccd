-- Upvalues read and written in hot loops.
local total = 0
local function add(x) total = total + x end
for i = 1, 500 do add(i) end
print(total)
local function make()
  local count, sum = 0, 0.5
  return {
    step = function(x) count = count + 1; sum = sum + x end,
    get = function() return count, sum end,
    reset = function() count, sum = 0, 0 end,
  }
end
local a, b = make(), make()
for i = 1, 400 do
  a.step(i)
  if i % 4 == 0 then b.step(-i) end
  if i == 300 then a.reset() end
end
print(a.get())
print(b.get())
local function accumulate(f, n)
  local acc = 0
  for i = 1, n do acc = f(acc, i) end
  return acc
end
print(accumulate(function(x, y) return x + y end, 300), accumulate(function(x, y) return (x * 31 + y) % 1009 end, 300))
local compose = function(f, g) return function(...) return f(g(...)) end end
local s = 0
for i = 1, 300 do
  local h = compose(function(v) return v + i end, function(v) return v * 2 end)
  s = s + h(i)
end
print(s)
