-- options: --max-mcode=16K --opt=hot_loop=20
-- runs: 3000
-- expect: jit.evicted >= 5
-- expect: jit.traces <= 16
-- Four trees fit. A loop that is entered again and again stays, while those that ran once make room for each other.
local rounds = tonumber(arg[1])
local function often(a)
  for i = 1, 60 do
    a = a + i % 3
  end
  return a
end
local sum = 0
for round = 1, rounds do
  sum = often(sum)
  if round % 400 == 100 and round < 6000 then
    local once = load("local a = ... for i = 1, 200 do a = a + i % " .. round .. " end return a")
    sum = once(sum)
  end
end
print(sum)
