-- error and assert that fail on paths of hot loops: messages, positions, values.
local function check(i)
  if i % 10 == 3 then error("bad " .. i % 100) end
  if i % 10 == 5 then error({ code = i }) end
  if i % 10 == 7 then error("level two", 2) end
  assert(i % 10 ~= 9, "asserted")
  return i
end
local counts, sum = {}, 0
for i = 1, 1000 do
  local ok, result = pcall(check, i)
  if ok then
    sum = sum + result
  else
    local key = type(result) == "table" and "table" or result
    counts[key] = (counts[key] or 0) + 1
  end
end
local keys = {}
for key in pairs(counts) do keys[#keys + 1] = key end
table.sort(keys)
for _, key in ipairs(keys) do print(key, counts[key]) end
print(sum)

local function run(last)
  local x = 0
  for i = 1, 1000 do
    if i == last then
      error("at " .. i)
    end
    x = x + i // (last - i)
  end
  return x
end
print(pcall(run, 700))
print(xpcall(run, function(message) return "handled " .. message end, 900))
print(pcall(run, 1001.5))
local ok, trace = xpcall(run, debug.traceback, 800)
print((trace:gsub("\n.*", "")))
