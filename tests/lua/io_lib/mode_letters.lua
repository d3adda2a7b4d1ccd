-- After the letter and the plus, any number of `b`.
local name = os.tmpname()
for _, mode in ipairs {"w", "wb", "wbb", "w+", "w+b", "w+bb", "r", "rb", "rbb", "r+bbb", "a", "abb", "rb+", "bb", "", "r++", "rw", "rx"} do
  local ok, file = pcall(io.open, name, mode)
  print(mode, ok, ok and io.type(file) or file)
  if ok and file then file:close() end
end
os.remove(name)
