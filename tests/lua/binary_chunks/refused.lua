-- Modes, truncated chunks and wrong heads.
local chunk = string.dump(function() local t = { "a", x = 1.5 }; return t, function() return t end end)
print(load(chunk, "name", "t")); print(load("return 1", "name", "b")); print(load(chunk, "=name", "x"))
print(load(chunk, "name", "bt") ~= nil, load(chunk, "name", "b") ~= nil, load(chunk) ~= nil)
local kinds = {}
for i = 1, #chunk - 1 do
  local f, message = load(chunk:sub(1, i), "=cut")
  kinds[tostring(f) .. " " .. message] = true
end
for kind in pairs(kinds) do print(kind) end
for i = 1, 31 do
  local wrong = chunk:sub(1, i - 1) .. string.char(chunk:byte(i) ~ 1) .. chunk:sub(i + 1)
  local f, message = load(wrong, "@head")
  if i > 1 then print(i, f, message) end
end
print(chunk:sub(1, 4) == "\27Lua", load(chunk .. "more") ~= nil)
local at = 0
print(load(function() at = at + 1; return chunk:sub(at, at) end) ~= nil)
print(pcall(string.dump, print)); print(pcall(string.dump)); print(pcall(string.dump, 1))
