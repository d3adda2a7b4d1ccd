-- Which bytes each class accepts.
local classes = { "%a", "%c", "%d", "%g", "%l", "%p", "%s", "%u", "%w", "%x", "%A", "%D", "%S", "%W", "[%a_]", "[^%s]", "[0-9a-f]", "." }
for _, class in ipairs(classes) do
  local n, sum = 0, 0
  for b = 0, 255 do
    if string.char(b):find("^" .. class .. "$") then
      n, sum = n + 1, sum + b
    end
  end
  print(class, n, sum)
end
print(("x-y_z"):gsub("[%w_]", "."), ("a1 b2"):gsub("%a%d", "#"), ("tab\tnew\n"):gsub("%c", "^"))
