-- Measures: a large heap that lives on and changes slowly, with short-lived objects made beside it.
-- Group: escape
local n = tonumber(arg and arg[1]) or 400000
local LIVE = math.min(150000, math.floor(n / 4))

local seed = 5
local function random(limit)
  seed = (seed * 3877 + 29573) % 139968
  return seed % limit + 1
end

local world = {}
for i = 1, LIVE do
  world[i] = { number = i, next = world[i - 1], data = { i, i + 1 } }
end

local made, kept, sum = 0, 0, 0
for i = 1, n do
  local message = { from = i, to = i % 100, body = { i % 7, i % 11 } }
  made = made + 1
  sum = (sum + message.body[1] * message.to + message.body[2]) % 1000003
  if i % 16 == 0 then
    local at = random(LIVE)
    world[at] = { number = i, next = nil, data = message.body }
    kept = kept + 1
  end
end
local live = 0
for i = 1, LIVE do
  live = (live + world[i].number + world[i].data[2]) % 1000003
end
print(made, kept, sum, live)
