-- packages: lua-busted=2.1.1-1 lua-luassert=1.9.0-1 lua-say=1.4.1-2 lua-cliargs=3.0-2-5 lua-penlight=1.13.1-3 lua-mediator=1.1.2-0-8 lua-dkjson=2.6-2
-- busted: a specification with all kinds of results, shown by three of its output handlers.

require "sorted_pairs"

local function put(name, text)
  local file <close> = assert(io.open(name, "w"))
  file:write(text)
end
put("my_spec.lua", [[
describe("arithmetic", function()
  local n
  before_each(function() n = (n or 0) + 1 end)
  after_each(function() assert.is_number(n) end)
  it("adds", function() assert.are.equal(4, 2 + 2) end)
  it("compares deeply", function() assert.are.same({ 1, { x = 2 } }, { 1, { x = 2 } }) end)
  it("counts tests", function() assert.is_true(n >= 3) end)
  it("raises", function() assert.has_error(function() error("boom", 0) end, "boom") end)
  it("fails", function() assert.are.same({ 1, 2 }, { 1, 3 }) end)
  it("is in error", function() local t; return t.x end)
  pending("is not written yet")
  describe("inner #tagged", function()
    setup(function() _G.prepared = true end)
    teardown(function() _G.prepared = nil end)
    it("sees the outer hooks", function() assert.truthy(prepared and n > 3) end)
    it("waits", function() pending("for later") end)
  end)
  it("spies", function()
    local s = spy.new(function() end)
    s(1, "a")
    assert.spy(s).was.called_with(1, "a")
    assert.spy(s).was_not.called_with(2)
    local object = { f = function() return 1 end }
    stub(object, "f")
    object.f()
    assert.stub(object.f).was.called(1)
    finally(function() object.f:revert() end)
  end)
  insulate("insulated", function()
    it("has a global", function() leaked = 1 end)
    it("finally runs", function() finally(function() io.write("finally\n") end) error({ code = 1 }) end)
  end)
  it("does not see it", function() assert.is_nil(leaked) end)
end)
]])
os.clock = function() return 0 end
os.date = function() return "today" end

local stop = {}
for _, options in ipairs { { "--output=TAP" }, { "--output=TAP", "--tags=tagged" }, { "--output=plainTerminal", "--verbose" }, { "--output=json" }, { "--list" } } do
  arg = { [0] = "busted", table.unpack(options) }
  arg[#arg + 1] = "my_spec.lua"
  print("==== " .. table.concat(arg, " "))
  local kept = {}
  for name in pairs(package.loaded) do kept[name] = true end
  local exit, write = os.exit, io.write
  os.exit = function(status) error(setmetatable({ status = status }, stop)) end
  local ok, why = pcall(function() return require "busted.runner" { standalone = false } end)
  os.exit = exit
  for name in pairs(package.loaded) do
    if not kept[name] then package.loaded[name] = nil end
  end
  print("status", ok, getmetatable(why) == stop and tostring(why.status) or why)
end
