-- Measures: building, walking and dropping trees of small records; every node escapes.
-- Group: escape
-- Work: 2^n
local function build(depth)
  if depth == 0 then
    return {}
  end
  return { left = build(depth - 1), right = build(depth - 1) }
end

local function count(node)
  if node.left then
    return 1 + count(node.left) + count(node.right)
  end
  return 1
end

local n = tonumber(arg and arg[1]) or 14
local min_depth = 4
local max_depth = math.max(min_depth + 2, n)

local stretch_depth = max_depth + 1
local stretch = count(build(stretch_depth))
assert(stretch == 2 ^ (stretch_depth + 1) - 1)
print(string.format("stretch tree of depth %d\t check: %d", stretch_depth, stretch))

local long_lived = build(max_depth)

for depth = min_depth, max_depth, 2 do
  local iterations = 2 ^ (max_depth - depth + min_depth)
  local check = 0
  for _ = 1, iterations do
    check = check + count(build(depth))
  end
  assert(check == iterations * (2 ^ (depth + 1) - 1))
  print(string.format("%d\t trees of depth %d\t check: %d", iterations, depth, check))
end

local kept = count(long_lived)
assert(kept == 2 ^ (max_depth + 1) - 1)
print(string.format("long lived tree of depth %d\t check: %d", max_depth, kept))
