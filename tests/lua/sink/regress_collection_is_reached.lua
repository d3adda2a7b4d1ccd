-- Loops that allocate and whose exits all lead into other loops: collections happen all the same, and memory stays low.
local function churn(n)
  local keep = {}
  local total = 0
  local i = 0
  while i < n do
    i = i + 1
    local t = { i, tostring(i) }
    keep[i % 50 + 1] = t
    if i % 2 == 0 then
      for j = 1, 3 do keep[j] = { j, keep[j] and keep[j][1] } end
    elseif i % 3 == 0 then
      local j = 0
      while j < 4 do
        j = j + 1
        keep[j + 4] = { t[1] + j }
      end
    else
      keep[60] = { i, { i } }
    end
    total = total + #keep[i % 50 + 1]
  end
  return total
end
print(churn(100))
collectgarbage()
local before = collectgarbage("count")
print(churn(60000))
print(collectgarbage("count") - before < 20000)
