-- heavy
-- A table that was weak and is not any more keeps what is put into it, whatever part of it is visited first. A collection that
-- finds only young objects visits parts of old tables, and may not see the table itself.

local ways = {
  { "without metatable", function(t) setmetatable(t, nil) end },
  { "with another", function(t) setmetatable(t, {}) end },
  { "without mode", function(_, mt) mt.__mode = nil end },
  { "without mode, then without metatable", function(t, mt) mt.__mode = "" setmetatable(t, nil) end },
}

local kinds = {
  { "elements", function(t, i, v) t[i] = v end },
  { "float keys", function(t, i, v) t[i + 0.5] = v end },
  { "fields", function(t, i, v) t["field" .. i] = v end },
  { "keys", function(t, i, v) if type(v) == "table" then t[v] = true else t[-i] = v end end },
}

local function survivors(way, kind, mode, n)
  local mt = { __mode = mode }
  local t = setmetatable({}, mt)
  for i = 1, n do kind(t, i, i) end
  collectgarbage()
  collectgarbage()
  way(t, mt)
  for i = 1, n do kind(t, i, { i }) end
  collectgarbage("step")
  for i = 1, 20 do local garbage = { i } end
  collectgarbage("step")
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  collectgarbage()
  for _ in pairs(t) do count = count + 1 end
  return count
end

for _, way in ipairs(ways) do
  for _, kind in ipairs(kinds) do
    local counts = {}
    for _, mode in ipairs { "k", "v", "kv" } do
      for _, n in ipairs { 3, 40, 1200 } do
        counts[#counts + 1] = survivors(way[2], kind[2], mode, n)
      end
    end
    print(way[1], kind[1], table.concat(counts, " "))
  end
end

-- A loop that was compiled while the mode was another one.
do
  local mt = {}
  local tables = {}
  for i = 1, 300 do
    tables[i] = setmetatable({ i }, mt)
  end
  local function strip(t) return setmetatable(t, nil) end
  for i = 1, 100 do strip(tables[i]) end
  mt.__mode = "v"
  collectgarbage()
  collectgarbage()
  for i = 101, 300 do
    strip(tables[i])[1] = { i }
  end
  collectgarbage("step")
  collectgarbage("step")
  local sum = 0
  for i = 101, 300 do sum = sum + tables[i][1][1] end
  print(sum)
end

-- What a collection has cleared at the end of the elements does not count once the table is an ordinary one.
do
  local t = setmetatable({}, { __mode = "v" })
  for i = 1, 10 do t[i] = {} end
  collectgarbage()
  collectgarbage()
  setmetatable(t, nil)
  local length
  for _ = 1, 100 do length = #t end
  print(length, rawlen(t))
  t[#t + 1] = "one"
  print(#t, t[1])
end

-- The length of a weak table in compiled code, from collection to collection.
do
  local kept = {}
  for _, mt in ipairs { { __mode = "v" }, { __mode = "kv", __index = {} } } do
    local t = setmetatable({}, mt)
    local function lengths()
      local sum = 0
      for _ = 1, 60 do sum = sum + #t + rawlen(t) end
      return sum
    end
    for round = 1, 6 do
      for i = 1, 10 do t[i] = i <= round and kept or {} end
      if round == 5 then mt.__mode = nil end
      lengths()
      collectgarbage()
      collectgarbage()
      local n = #t
      assert((n == 0 or t[n]) and t[n + 1] == nil)
      print(round, lengths() == 120 * n, lengths() == 120 * #t)
    end
  end
  -- Cleared while weak, asked for when it is not.
  local mt = { __mode = "v" }
  local tables = {}
  for i = 1, 300 do
    local t = setmetatable({}, mt)
    for j = 1, 10 do t[j] = {} end
    tables[i] = t
  end
  collectgarbage()
  collectgarbage()
  mt.__mode = nil
  local sum = 0
  for i = 1, 300 do
    if i % 2 == 0 then setmetatable(tables[i], {}) end
    sum = sum + #tables[i]
  end
  print(sum)
end
