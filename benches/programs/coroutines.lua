-- Measures: resume and yield: generators, a pipeline of wrapped coroutines, and a scheduler over many tasks.
-- Group: general
local n = tonumber(arg and arg[1]) or 1000000

local function range(count)
  return coroutine.wrap(function()
    local yield = coroutine.yield
    for i = 1, count do
      yield(i)
    end
  end)
end

local function map(source, f)
  return coroutine.wrap(function()
    for value in source do
      coroutine.yield(f(value))
    end
  end)
end

local sum = 0
for i in range(n) do
  sum = sum + i
end

local scaled = 0
for value in map(map(range(n / 4), function(x) return x * 3 end), function(x) return x % 1000 end) do
  scaled = scaled + value
end

local tasks, rounds, total = {}, n / 1000, 0
for i = 1, 1000 do
  tasks[i] = coroutine.create(function(step)
    local own = i
    while true do
      own = (own * 5 + step) % 65537
      step = coroutine.yield(own)
    end
  end)
end
for round = 1, rounds do
  for i = 1, #tasks do
    local _, own = coroutine.resume(tasks[i], round)
    total = total + own
  end
end

local made = 0
for i = 1, n / 20 do
  local co = coroutine.wrap(function(a) made = made + coroutine.yield(a) end)
  co(co(i))
end

print(string.format("%d %d %d %d", sum, scaled, total, made))
