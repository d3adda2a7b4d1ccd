-- Division and remainder by constants in hot loops, at the ends of the integers' range too.
local edges = { 0, 1, -1, 7, -7, 1000003, math.maxinteger, math.mininteger, math.maxinteger - 1, math.mininteger + 1, 1 << 62, -(1 << 62) }
local out = {}
for k = 1, #edges do
  local q, r = 0, 0
  for i = 1, 120 do
    local x = edges[k] + i * 0
    q = x // 3 ~ x // -3 ~ x // 7 ~ x // -7 ~ x // 10 ~ x // 1000 ~ x // 139968 ~ x // -25
    r = x % 3 + x % -3 + x % 7 + x % -7 + x % 10 + x % 1000 + x % 139968 + x % -25 + x % 8 + x // 8
  end
  out[#out + 1] = q .. ":" .. r
end
print(table.concat(out, "\n"))
local s, t = 0, 0
for i = -500, 500 do s, t = s + i // 3 * 5 + i % 97, t ~ (i * 982451653 // 1009) ~ (i * 982451653 % -1009) end
print(s, t)
