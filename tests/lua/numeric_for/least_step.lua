-- A falling loop recorded with a small step, then run with the step that has no opposite.
local function run(a, b, c)
  local t = {}
  for i = a, b, c or 1 do
    t[#t + 1] = tostring(i)
    if #t > 12 then break end
  end
  return "[" .. table.concat(t, " ") .. "]"
end
print(run(1, 5), run(5, 1, -2))
print(run(math.maxinteger, 1, math.mininteger))
print(run(math.maxinteger, 1, math.mininteger))
