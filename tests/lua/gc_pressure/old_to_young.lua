-- Long-lived objects that keep pointing at new ones.
local old = {}
for i = 1, 50 do old[i] = { slot = nil, list = {}, cell = nil } end
for round = 1, 40 do
  for i = 1, 50 do
    local o = old[i]
    o.slot = { round = round, i = i }
    if round % 8 == i % 8 then o.list[#o.list + 1] = { round } end
    local v = round * i
    o.cell = function() v = v + 1; return v end
  end
end
local s, l, c = 0, 0, 0
for i = 1, 50 do
  local o = old[i]
  s = s + o.slot.round * o.slot.i
  for _, e in ipairs(o.list) do l = l + e[1] end
  c = c + o.cell() + o.cell()
end
print(s, l, c)
local holder = { value = nil }
local function set(v) holder.value = v end
for i = 1, 1500 do set({ i }) end
print(holder.value[1])
local map = {}
for i = 1, 300 do map[{}] = i; map["s" .. i % 20] = { i } end
local n, m = 0, 0
for k, v in pairs(map) do if type(k) == "table" then n = n + v else m = m + v[1] end end
print(n, m)
local up
local function reset() local fresh = { n = 0 }; up = function() fresh = { n = fresh.n + 1 }; return fresh.n end end
reset()
for i = 1, 1000 do up() if i % 300 == 0 then reset() end end
print(up())
