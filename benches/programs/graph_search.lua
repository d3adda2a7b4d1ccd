-- Measures: a graph of nodes with adjacency lists: breadth-first search, depth-first search, components.
-- Group: escape
local n = tonumber(arg and arg[1]) or 110000

local seed = 7
local function random(limit)
  seed = (seed * 3877 + 29573) % 139968
  return seed % limit + 1
end

local function build(size, degree)
  local nodes = {}
  for i = 1, size do
    nodes[i] = { id = i, edges = {}, distance = -1, component = 0 }
  end
  for i = 2, size do
    for _ = 1, degree do
      -- Edges are short, so that distances are long; some nodes stay alone.
      local j = i - random(12)
      if j >= 1 and i % 50 ~= 0 then
        local a, b = nodes[i], nodes[j]
        a.edges[#a.edges + 1] = { to = b, weight = (i * j) % 17 }
        b.edges[#b.edges + 1] = { to = a, weight = (i * j) % 17 }
      end
    end
  end
  return nodes
end

local function breadth_first(start)
  local queue, first, last = { start }, 1, 1
  start.distance = 0
  local farthest = start
  while first <= last do
    local node = queue[first]
    queue[first] = false
    first = first + 1
    farthest = node
    for _, edge in ipairs(node.edges) do
      if edge.to.distance < 0 then
        edge.to.distance = node.distance + 1
        last = last + 1
        queue[last] = edge.to
      end
    end
  end
  return farthest.distance, last
end

local function mark(start, number)
  local stack, size, weight = { start }, 1, 0
  start.component = number
  while size > 0 do
    local node = stack[size]
    stack[size] = nil
    size = size - 1
    for i = 1, #node.edges do
      local edge = node.edges[i]
      weight = weight + edge.weight
      if edge.to.component == 0 then
        edge.to.component = number
        size = size + 1
        stack[size] = edge.to
      end
    end
  end
  return weight
end

local nodes = build(n, 2)
local distance, reached = breadth_first(nodes[1])
local components, weights = 0, 0
for i = 1, n do
  if nodes[i].component == 0 then
    components = components + 1
    weights = weights + mark(nodes[i], components)
  end
end
print(distance, reached, components, weights)
