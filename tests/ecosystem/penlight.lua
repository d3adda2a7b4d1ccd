-- packages: lua-penlight=1.13.1-3 lua-penlight-dev=1.13.1-3
-- needs: /usr/share/doc/lua-penlight-dev/examples/testxml.lua
-- Penlight: the example programs that come with it, and its modules that need no file system.

require "sorted_pairs"
local examples = "/usr/share/doc/lua-penlight-dev/examples/"
package.path = examples .. "?.lua;" .. package.path
package.preload["lxp.lom"] = function() error "no lxp" end
local function run(name)
  print("==== " .. name)
  -- Each example thinks that it is alone.
  local globals = setmetatable({}, { __index = _G })
  local chunk = assert(loadfile(examples .. name .. ".lua", "t", globals))
  print(pcall(chunk))
end
for _, name in ipairs { "sipscan", "test-cmp", "test-listcallbacks", "test-pretty", "testconfig", "testinputfields", "testxml" } do
  run(name)
end

local List, OrderedMap, Set = require "pl.List", require "pl.OrderedMap", require "pl.Set"
local l = List { 10, 20, 30, 40 }
print(l, l:slice(2, -2), l:map "_*2", l:reverse(), l:index(30), l:partition(function(x) return x > 20 end)[true], l .. List { 50 })
print(pcall(l.put), List.range(1, 10, 3), List "hello":sorted(), l:minmax())
local m = OrderedMap { { z = 1 }, { a = 2 } }
m:set("k", 3)
print(m, m:keys(), m:values())
print(Set { 1, 2, 3 } * Set { 2, 3, 4 } == Set { 2, 3 }, Set { 1 } < Set { 1, 2 }, Set.len(Set { 1, 2 } + Set { 3 }))

local class = require "pl.class"
local Animal = class()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:speak() end
local Dog = class(Animal)
function Dog:speak() return "bark" end
local Cat = class(Animal)
function Cat:_init(name, style) self:super(name) self.style = style end
function Cat:speak() return "meow " .. self.style end
print(Dog "Fido", Cat("Felix", "loud"), Dog "x":is_a(Animal), Animal:class_of(Dog "y"), Dog:class_of(Cat "z" and Dog "q"))

local tablex, seq, func = require "pl.tablex", require "pl.seq", require "pl.func"
print(tablex.deepcompare({ 1, { 2 } }, tablex.deepcopy { 1, { 2 } }), tablex.find({ 5, 6, 7 }, 6), tablex.reduce("+", { 1, 2, 3 }))
print(List(tablex.sortv { a = 3, b = 1 } and tablex.keys { x = 1 }), List(tablex.zip({ 1, 2 }, { 3, 4 })[2]), seq.sum { 1, 2.5 }, List(seq.copy(seq.take(seq.range(1, 100), 3))))
local _1, _2 = func._1, func._2
print(func.I(_1 + _2 * 2)(1, 2), tostring(_1 .. "x" == _2), func.compose(print, tostring)(1))

local stringx, text, template = require "pl.stringx", require "pl.text" or true, require "pl.template"
stringx.import()
print(("a,b,,c"):split ",", (" x "):strip() .. "|", ("hello"):center(11, "*"), ("one two"):title(), ("abc"):startswith "ab", ("x=y=z"):partition "=")
print(("a\tb"):expandtabs(4), ("text"):at(2), ("l1\nl2"):splitlines(), ("abcabc"):replace("b", "X", 1), ("ab"):isalpha(), ("a%b"):count "%")
print(template.substitute("# for i = 1, 3 do\nrow $(i) $(i * 2)\n# end\n", { _escape = "#", ipairs = ipairs }))

local pretty, lexer, sip, data = require "pl.pretty", require "pl.lexer", require "pl.sip", require "pl.data"
print(pretty.write({ 1, 2, { a = "x\ny", ["k k"] = 1.5 } }, " "), pretty.read "{ 1, b = { 2 } }".b[1], pretty.read "{ os.exit() }")
for kind, token in lexer.lua("local x = 0x1F + 'str' -- note\n", {}) do io.write(kind, ":", tostring(token), " ") end
print()
local got = {}
print(sip.match("$v{name}=$d{n} ($S{rest})", "size=42 (px)", got), got.name, got.n, got.rest, sip.match("$q{s} @ $f{x}", '"quoted" @ 1.5', got), got.s, got.x)
local d = data.read(require "pl.stringio".open "name,age\njim,30\nann,25\n")
print(#d, d[1][1], d:column_by_name "age", d:copy_select "name where age > 26 sort by name"[1][1])

local xml = require "pl.xml"
local doc = xml.parse "<a x='1'><b>text &amp; more</b><!-- no --><c/><b>two</b></a>"
print(doc, doc:child_with_name "b":get_text(), #doc:get_elements_with_name "b", xml.tostring(xml.new("n", { k = "v<" }):text "<&>"), doc.attr.x)
print(xml.compare(doc, xml.clone(doc)), pcall(xml.parse, "<a><b></a>"))

local C = require "pl.comprehension".new()
print(List(C "x^2 for x = 1, 5" ()), C "sum(x for x = 1, 10 if x % 2 == 0)" (), List(C "{x, y} for x = 1, 2 for y = 3, 4" ()[3]))
local Date = require "pl.Date"
local date = Date { year = 2024, month = 2, day = 28 }:add { day = 2 }
print(date:year(), date:month(), date:day(), date:weekday_name(), Date.Format "yyyy-mm-dd":tostring(date), Date.Format():parse "1/2/2023":month())
local lapp, permute, types, utils = require "pl.lapp", require "pl.permute", require "pl.types", require "pl.utils"
print(lapp.process_options_string and lapp("test\n  -n,--number (default 5) a number\n  -f a flag\n  <file> (string) name\n", { "-n", "7", "-f", "x.txt" }).number)
for p in permute.order_iter { 1, 2, 3 } do io.write(table.concat(p, ""), " ") end
print(types.is_callable(print), types.to_bool "yes", utils.string_lambda "|x, y| x + y"(2, 3), utils.choose(false, 1, 2), pcall(utils.assert_arg, 1, 2, "string"))
