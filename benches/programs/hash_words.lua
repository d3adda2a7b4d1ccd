-- Measures: a dictionary keyed by strings made at run time: counting, updating, removing, walking.
-- Group: general
local seed = 1
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local syllables = { "ka", "ro", "mi", "tu", "sel", "von", "dar", "eth", "ny", "xo" }

local function word()
  local w = syllables[random(10) + 1] .. syllables[random(10) + 1]
  if random(3) > 0 then
    w = w .. syllables[random(10) + 1]
  end
  return w .. random(20)
end

local n = tonumber(arg and arg[1]) or 600000
local counts, different = {}, 0
for i = 1, n do
  local w = word()
  local seen = counts[w]
  if not seen then
    different = different + 1
  end
  counts[w] = (seen or 0) + 1
  if i % 11 == 0 then
    local victim = word()
    if counts[victim] then
      counts[victim] = nil
      different = different - 1
    end
  end
end
local total, walked, largest = 0, 0, 0
for _, count in pairs(counts) do
  walked, total = walked + 1, total + count
  if count > largest then
    largest = count
  end
end
assert(walked == different)
print(string.format("%d %d %d", different, total, largest))
