-- Measures: a solver of one-way constraints that plans incrementally: classes with inheritance, lists of objects, virtual methods.
-- Group: escape
local n = tonumber(arg and arg[1]) or 900

local REQUIRED, STRONG, NORMAL, WEAK, WEAKEST = 1, 2, 4, 5, 7

local function class(parent)
  local methods = {}
  methods.__index = methods
  return setmetatable(methods, parent)
end

local Variable = class()

local function new_variable(value)
  local fields = { value = value, constraints = {}, by = nil, mark = 0, strength = WEAKEST, stays = true }
  return setmetatable(fields, Variable)
end

local function remove(list, item)
  for i = 1, #list do
    if list[i] == item then
      table.remove(list, i)
      return
    end
  end
end

local Constraint = class()
-- Of one variable: it stays as it is, or it is edited.
local Unary = class(Constraint)
-- Of two variables: one of them follows from the other.
local Binary = class(Constraint)
local Equal, Scale = class(Binary), class(Binary)

local Planner = class()

function Unary:attach()
  local constraints = self.output.constraints
  constraints[#constraints + 1] = self
  self.satisfied = false
end

function Unary:detach()
  remove(self.output.constraints, self)
  self.satisfied = false
end

function Unary:choose(mark)
  self.satisfied = self.output.mark ~= mark and self.strength < self.output.strength
end

function Unary:is_satisfied()
  return self.satisfied
end

function Unary:target()
  return self.output
end

function Unary:mark_inputs() end

function Unary:inputs_known()
  return true
end

function Unary:recalculate()
  self.output.strength = self.strength
  self.output.stays = not self.is_input
end

function Unary:unsatisfy()
  self.satisfied = false
end

function Unary:execute() end

local function forward(self)
  return self.direction == 1
end

function Binary:attach()
  local a, b = self.a.constraints, self.b.constraints
  a[#a + 1] = self
  b[#b + 1] = self
  self.direction = 0
end

function Binary:detach()
  remove(self.a.constraints, self)
  remove(self.b.constraints, self)
  self.direction = 0
end

function Binary:choose(mark)
  local a, b = self.a, self.b
  local to_a = a.mark ~= mark and self.strength < a.strength
  local to_b = b.mark ~= mark and self.strength < b.strength
  if a.mark == mark then
    self.direction = to_b and 1 or 0
  elseif b.mark == mark then
    self.direction = to_a and -1 or 0
  elseif a.strength > b.strength then
    self.direction = to_a and -1 or 0
  else
    self.direction = to_b and 1 or 0
  end
end

function Binary:is_satisfied()
  return self.direction ~= 0
end

function Binary:input()
  return forward(self) and self.a or self.b
end

function Binary:target()
  return forward(self) and self.b or self.a
end

function Binary:mark_inputs(mark)
  self:input().mark = mark
end

function Binary:inputs_known(mark)
  local input = self:input()
  return input.mark == mark or input.stays or input.by == nil
end

function Binary:recalculate()
  local input, output = self:input(), self:target()
  output.strength = math.max(self.strength, input.strength)
  output.stays = input.stays
  if output.stays then
    self:execute()
  end
end

function Binary:unsatisfy()
  self.direction = 0
end

function Equal:execute()
  self:target().value = self:input().value
end

function Scale:execute()
  if forward(self) then
    self.b.value = self.a.value * self.scale.value + self.offset.value
  else
    self.a.value = (self.b.value - self.offset.value) / self.scale.value
  end
end

--- Satisfies the constraint if it is strong enough. Returns the constraint that it replaces.
function Constraint:satisfy(planner, mark)
  self:choose(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then
      error("a required constraint cannot be satisfied")
    end
    return nil
  end
  self:mark_inputs(mark)
  local output = self:target()
  local replaced = output.by
  if replaced then
    replaced:unsatisfy()
  end
  output.by = self
  if not planner:propagate(self, mark) then
    error("the constraints are in a circle")
  end
  output.mark = mark
  return replaced
end

local function new_planner()
  return setmetatable({ mark = 0 }, Planner)
end

function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:add(constraint)
  constraint:attach()
  local mark = self:new_mark()
  local replaced = constraint:satisfy(self, mark)
  while replaced do
    replaced = replaced:satisfy(self, mark)
  end
  return constraint
end

local function consumers(variable, list)
  for _, constraint in ipairs(variable.constraints) do
    if constraint ~= variable.by and constraint:is_satisfied() then
      list[#list + 1] = constraint
    end
  end
end

function Planner:propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local next_one = table.remove(todo)
    if next_one:target().mark == mark then
      return false
    end
    next_one:recalculate()
    consumers(next_one:target(), todo)
  end
  return true
end

function Planner:remove(constraint)
  local output = constraint:target()
  constraint:unsatisfy()
  constraint:detach()
  output.by, output.strength, output.stays = nil, WEAKEST, true
  local free, todo = {}, { output }
  while #todo > 0 do
    local variable = table.remove(todo)
    for _, other in ipairs(variable.constraints) do
      if not other:is_satisfied() then
        free[#free + 1] = other
      end
    end
    local list = {}
    consumers(variable, list)
    for _, other in ipairs(list) do
      other:recalculate()
      todo[#todo + 1] = other:target()
    end
  end
  for strength = REQUIRED, WEAKEST do
    for _, other in ipairs(free) do
      if other.strength == strength and not other:is_satisfied() then
        local mark = self:new_mark()
        local replaced = other:satisfy(self, mark)
        while replaced do
          replaced = replaced:satisfy(self, mark)
        end
      end
    end
  end
end

--- The constraints to be executed, in order, when the inputs change.
function Planner:plan(sources)
  local mark = self:new_mark()
  local plan, todo = {}, {}
  for i, source in ipairs(sources) do
    todo[i] = source
  end
  while #todo > 0 do
    local constraint = table.remove(todo)
    local output = constraint:target()
    if output.mark ~= mark and constraint:inputs_known(mark) then
      plan[#plan + 1] = constraint
      output.mark = mark
      consumers(output, todo)
    end
  end
  return plan
end

local planner

local function unary(output, strength, is_input)
  local fields = { output = output, strength = strength, is_input = is_input, satisfied = false }
  return planner:add(setmetatable(fields, Unary))
end

local function equal(a, b)
  return planner:add(setmetatable({ a = a, b = b, strength = REQUIRED, direction = 0 }, Equal))
end

local function scale(a, factor, offset, b)
  local fields = { a = a, b = b, scale = factor, offset = offset, strength = REQUIRED, direction = 0 }
  return planner:add(setmetatable(fields, Scale))
end

local function change(variable, value)
  local edit = unary(variable, STRONG, true)
  local plan = planner:plan({ edit })
  for i = 1, 10 do
    variable.value = value + i - 10
    for _, constraint in ipairs(plan) do
      constraint:execute()
    end
  end
  planner:remove(edit)
end

--- A chain of equal variables: the value goes from the first to the last.
local function chain(length)
  planner = new_planner()
  local first = new_variable(0)
  local last = first
  for _ = 1, length do
    local variable = new_variable(0)
    equal(last, variable)
    last = variable
  end
  unary(last, NORMAL, false)
  change(first, 100)
  if last.value ~= 100 then
    error("the chain did not carry the value")
  end
  return last.value + planner.mark
end

--- Many variables that follow from others by one factor and offset.
local function projection(size)
  planner = new_planner()
  local factor, offset = new_variable(10), new_variable(1000)
  local from, to
  local targets = {}
  for i = 1, size do
    from, to = new_variable(i), new_variable(i)
    targets[i] = to
    unary(from, WEAK, false)
    scale(from, factor, offset, to)
  end
  change(from, 17)
  if to.value ~= 1170 then
    error("the projection is wrong")
  end
  change(to, 1050)
  if from.value ~= 5 then
    error("the projection back is wrong")
  end
  local sum = 0
  for i = 1, size do
    sum = sum + targets[i].value
  end
  return sum + planner.mark
end

local sum = 0
for i = 1, n do
  sum = sum + chain(20 + i % 10) + projection(20 + i % 7)
end
print(string.format("%.0f", sum))
