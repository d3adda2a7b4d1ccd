-- Measures: loops found in flow graphs by depth-first numbering and union-find: many small objects, lists and maps.
-- Group: escape
local n = tonumber(arg and arg[1]) or 140

local function new_block(graph)
  local block = { number = #graph + 1, into = {}, from = {} }
  graph[block.number] = block
  return block
end

local function connect(a, b)
  a.from[#a.from + 1] = b
  b.into[#b.into + 1] = a
end

--- Appends a path of blocks.
local function straight(graph, start, count)
  for _ = 1, count do
    local block = new_block(graph)
    connect(start, block)
    start = block
  end
  return start
end

--- Appends a branch whose sides meet again.
local function diamond(graph, start)
  local left, right, join = new_block(graph), new_block(graph), new_block(graph)
  connect(start, left)
  connect(start, right)
  connect(left, join)
  connect(right, join)
  return join
end

--- Appends a loop that contains others, down to a depth.
local function nested(graph, start, depth)
  local head = straight(graph, start, 1)
  local last = diamond(graph, head)
  if depth > 1 then
    last = nested(graph, last, depth - 1)
    last = nested(graph, straight(graph, last, 1), depth - 2)
  end
  local latch = straight(graph, last, 1)
  connect(latch, head)
  return straight(graph, latch, 1)
end

--- Appends a cycle that is entered at two places.
local function tangled(graph, start)
  local a, b = new_block(graph), new_block(graph)
  connect(start, a)
  connect(start, b)
  connect(a, b)
  connect(b, a)
  return straight(graph, b, 1)
end

local function build(parts)
  local graph = {}
  local last = straight(graph, new_block(graph), 2)
  for i = 1, parts do
    last = nested(graph, last, i % 4 + 1)
    if i % 5 == 0 then
      last = tangled(graph, last)
    end
  end
  return graph
end

local function number_nodes(graph)
  local nodes, by_block = {}, {}
  local stack = { { block = graph[1], edge = 0 } }
  while #stack > 0 do
    local frame = stack[#stack]
    local block = frame.block
    if frame.edge == 0 then
      local node = { block = block, number = #nodes + 1, last = 0, parent = nil, loop = nil, kind = "plain", header = nil }
      node.parent = node
      nodes[node.number], by_block[block] = node, node
      frame.edge = 1
    end
    local target = block.from[frame.edge]
    if target then
      frame.edge = frame.edge + 1
      if not by_block[target] then
        stack[#stack + 1] = { block = target, edge = 0 }
      end
    else
      by_block[block].last = #nodes
      stack[#stack] = nil
    end
  end
  return nodes, by_block
end

local function find(node)
  local path = {}
  while node ~= node.parent do
    if node.parent ~= node.parent.parent then
      path[#path + 1] = node
    end
    node = node.parent
  end
  for _, other in ipairs(path) do
    other.parent = node
  end
  return node
end

local function is_ancestor(a, b)
  return a.number <= b.number and b.number <= a.last
end

--- The loops of a graph, innermost first.
local function find_loops(graph)
  local nodes, by_block = number_nodes(graph)
  local loops = {}
  local others = {}
  for at = #nodes, 1, -1 do
    local header = nodes[at]
    local latches, forward = {}, others[at] or {}
    for _, block in ipairs(header.block.into) do
      local node = by_block[block]
      if node then
        if is_ancestor(header, node) then
          latches[#latches + 1] = node
        else
          forward[#forward + 1] = node
        end
      end
    end
    others[at] = forward
    local pool, seen = {}, {}
    for _, node in ipairs(latches) do
      if node == header then
        header.kind = "self"
      else
        local top = find(node)
        if not seen[top] then
          seen[top] = true
          pool[#pool + 1] = top
        end
      end
    end
    local todo = 1
    if #pool > 0 then
      header.kind = "reducible"
    end
    while todo <= #pool do
      local node = pool[todo]
      todo = todo + 1
      local sources = others[node.number]
      for i = 1, #sources do
        local top = find(sources[i])
        if not is_ancestor(header, top) then
          header.kind = "irreducible"
          forward[#forward + 1] = top
        elseif top ~= header and not seen[top] then
          seen[top] = true
          pool[#pool + 1] = top
        end
      end
    end
    if #pool > 0 or header.kind == "self" then
      local loop = { header = header, kind = header.kind, children = {}, size = #pool + 1, outer = nil }
      header.loop = loop
      for _, node in ipairs(pool) do
        node.parent = header
        if node.loop then
          node.loop.outer = loop
          loop.children[#loop.children + 1] = node.loop
        end
      end
      loops[#loops + 1] = loop
    end
  end
  return loops
end

local function depth_of(loop)
  local depth = 0
  while loop do
    depth, loop = depth + 1, loop.outer
  end
  return depth
end

local count, deepest, irreducible, blocks, sizes = 0, 0, 0, 0, 0
for i = 1, n do
  local graph = build(8 + i % 16)
  blocks = blocks + #graph
  for _, loop in ipairs(find_loops(graph)) do
    count, sizes = count + 1, sizes + loop.size
    deepest = math.max(deepest, depth_of(loop))
    if loop.kind == "irreducible" then
      irreducible = irreducible + 1
    end
  end
end
print(count, deepest, irreducible, blocks, sizes)
