-- ipairs over arrays of several kinds in hot loops, and tables that change while they are walked.
local ints, floats, strs, mixed = {}, {}, {}, {}
for i = 1, 200 do
  ints[i], floats[i], strs[i] = i, i / 2, "s" .. i
  mixed[i] = i % 3 == 0 and i or i % 3 == 1 and i + 0.5 or "m"
end
local s, f, l, m, o = 0, 0, 0, 0, 0
for r = 1, 3 do
  for i, v in ipairs(ints) do s = s + i * v end
  for _, v in ipairs(floats) do f = f + v end
  for _, v in ipairs(strs) do l = l + #v end
  for _, v in ipairs(mixed) do if type(v) == "number" then m = m + v else o = o + 1 end end
end
print(s, f, l, m, o)
local grow = { 1 }
for i, v in ipairs(grow) do if i < 150 then grow[i + 1] = v + i end end
print(#grow, grow[150])
local cut, n = { 1, 2, 3, 4, 5, 6 }, 0
for i in ipairs(cut) do n = n + 1; cut[i + 3] = nil end
print(n)
local sum = 0
for i = 1, 100 do
  for _, v in ipairs({ i, 2, 3 }) do sum = sum + v end
end
print(sum)
for i = 1, 60 do
  for k, v in ipairs({ x = 1, i }) do sum = sum + k + v end
end
print(sum)
