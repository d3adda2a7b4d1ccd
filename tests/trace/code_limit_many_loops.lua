-- options: --max-mcode=16K --opt=hot_loop=20
-- runs: 12
-- expect: jit.evicted >= 20
-- expect: jit.traces >= 24
-- expect: jit.code_bytes <= 16384
-- expect: jit.flushes == 0
-- trace: freed]
-- Forty loops take turns, of which four at a time have room. Each one goes on to give the same.
local rounds = tonumber(arg[1])
local loops = {}
for i = 1, 40 do
  loops[i] = load("local a, n = ... for i = 1, n do a = a + i % " .. i .. " end return a")
end
local sum = 0
for round = 1, rounds do
  for i = 1, 40 do
    for _ = 1, 3 do
      sum = loops[i](sum, 30 + round)
    end
  end
end
print(sum)
