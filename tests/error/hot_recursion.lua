local function down(n)
  if n == 0 then return nil + 1 end
  return down(n - 1) + 1
end
for i = 1, 50 do pcall(down, i) end
down(20)
