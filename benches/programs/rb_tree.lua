-- Measures: an ordered map as a red-black tree with parent links: insertions, look-ups and walks in order.
-- Group: escape
local n = tonumber(arg and arg[1]) or 60000

local Map = {}
Map.__index = Map

local function new_map()
  return setmetatable({ root = nil, size = 0 }, Map)
end

function Map:rotate(node, left)
  local up, child = node.parent, nil
  if left then
    child = node.right
    node.right = child.left
    if child.left then
      child.left.parent = node
    end
    child.left = node
  else
    child = node.left
    node.left = child.right
    if child.right then
      child.right.parent = node
    end
    child.right = node
  end
  node.parent, child.parent = child, up
  if not up then
    self.root = child
  elseif up.left == node then
    up.left = child
  else
    up.right = child
  end
end

function Map:get(key)
  local node = self.root
  while node do
    if key == node.key then
      return node.value
    end
    node = key < node.key and node.left or node.right
    if not node then
      return nil
    end
  end
end

function Map:set(key, value)
  local node, parent = self.root, nil
  while node do
    parent = node
    if key == node.key then
      node.value = value
      return
    elseif key < node.key then
      node = node.left
    else
      node = node.right
    end
  end
  node = { key = key, value = value, red = true, parent = parent, left = nil, right = nil }
  self.size = self.size + 1
  if not parent then
    self.root = node
  elseif key < parent.key then
    parent.left = node
  else
    parent.right = node
  end
  self:balance(node)
end

function Map:balance(node)
  while node.parent and node.parent.red do
    local parent = node.parent
    local grand = parent.parent
    local is_left = parent == grand.left
    local uncle = grand.left
    if is_left then
      uncle = grand.right
    end
    if uncle and uncle.red then
      parent.red, uncle.red, grand.red = false, false, true
      node = grand
    else
      if is_left == (node == parent.right) then
        node = parent
        self:rotate(node, is_left)
        parent = node.parent
      end
      parent.red, grand.red = false, true
      self:rotate(grand, not is_left)
    end
  end
  self.root.red = false
end

local function first(node)
  while node and node.left do
    node = node.left
  end
  return node
end

local function successor(node)
  if node.right then
    return first(node.right)
  end
  local up = node.parent
  while up and node == up.right do
    node, up = up, up.parent
  end
  return up
end

local seed = 1
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed
end

local map = new_map()
for i = 1, n do
  map:set(random() + 139968 * (i % 3), i)
end
local hits = 0
seed = 1
for i = 1, n do
  if map:get(random() + 139968 * (i % 4)) then
    hits = hits + 1
  end
end
local count, mixed, last = 0, 0, -1
local node = first(map.root)
while node do
  if node.key <= last then
    error("the keys are not in order")
  end
  last, count = node.key, count + 1
  mixed = (mixed * 31 + node.key + node.value) % 1000003
  node = successor(node)
end
print(map.size, count, hits, mixed)
