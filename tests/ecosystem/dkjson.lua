-- packages: lua-dkjson=2.6-2
-- needs: /usr/share/doc/lua-dkjson/examples/jsontest.lua
-- dkjson's own test program, without lpeg.

require "sorted_pairs"
package.preload.lpeg = function() error "no lpeg" end
dofile "/usr/share/doc/lua-dkjson/examples/jsontest.lua"

local json = require "dkjson"
print(json.version)
local order = { keyorder = { "name", "list", "deep", "n", "f", "t", "s" } }
local value = { name = "x\"\\\n\t\0\u{e9}\u{20ac}\u{1f600}", list = { 1, 2.5, -0.0, 1e300, 2^53, math.maxinteger }, deep = { list = { {}, { {} } } }, n = json.null, t = true, f = false }
local text = json.encode(value, order)
print(text)
print(json.encode(value, { indent = true, keyorder = order.keyorder, level = 1 }))
local back, at, message = json.decode(text, 1, nil)
print(back.name == value.name, back.n, #back.list, math.type(back.list[1]), at, message)
for _, bad in ipairs { "", "{", "[1,", "nul", '"\\u12', "1 2", "[1 2]", "{1:2}", "-", "\"\1\"" } do
  local value, at, why = json.decode(bad)
  print(bad, type(value), at, why)
end
print(pcall(json.encode, { print }))
print(pcall(json.encode, { [{}] = 1 }))
local loop = {}
loop[1] = loop
print(pcall(json.encode, loop))
print(json.encode { 0 / 0, 1 / 0, 1e15, 1e16, 0.1, 123456789012 })
print(json.quotestring "a/b</script>\127")
