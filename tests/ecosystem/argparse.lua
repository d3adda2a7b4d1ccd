-- packages: lua-argparse=0.7.1-2
-- argparse: commands, options of all kinds, help and usage, errors.

local argparse = require "argparse"

local parser = argparse("tool", "A tool for tests.", "See the end.")
parser:argument("input", "Input file."):args "1-2"
parser:argument("rest", "What remains."):args "*"
parser:option("-o --output", "Output file.", "a.out")
parser:option("-I --include", "Directories."):count "*"
parser:option("-l --level", "A number."):convert(tonumber):choices { "1", "2", "3" }
parser:option("--pair", "Two values."):args(2):argname { "<key>", "<value>" }
parser:flag("-v --verbose", "Say more."):count "0-3":target "verbosity"
parser:mutex(parser:flag "-q --quiet", parser:flag "--loud")

local nested = argparse("nested"):require_command(false):command_target "command"
local add = nested:command("add a", "Add things.")
add:argument "things":args "+"
nested:command("remove", "Remove things."):flag "--force"

local function show(value)
  if type(value) ~= "table" then return tostring(value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do keys[i] = tostring(key) .. "=" .. show(value[key]) end
  return "{" .. table.concat(keys, " ") .. "}"
end

print(parser:get_help())
print(parser:get_usage())
print(nested:get_help())
print(add:get_help())
for _, line in ipairs {
  "in", "in out more and more", "in -o x", "in -ox --include=a -Ib -I c", "in -vv --verbose", "in -l 2", "in --pair a b",
  "", "in -l 7", "in -l x", "in --pair a", "in --nothing", "in --verbos", "-vvvv in", "in --quiet --loud", "in -- -o -v",
} do
  local words = {}
  for word in line:gmatch "%S+" do words[#words + 1] = word end
  local ok, result = parser:pparse(words)
  print(line, ok, show(result))
end
for _, line in ipairs { "", "add", "add x y", "a z", "remove --force", "remove x", "ad", "frob" } do
  local words = {}
  for word in line:gmatch "%S+" do words[#words + 1] = word end
  local ok, result = nested:pparse(words)
  print(line, ok, show(result))
end
print(parser:get_bash_complete():len(), nested:get_fish_complete():len(), nested:get_zsh_complete():len())
