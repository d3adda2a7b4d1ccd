-- runs: 10000
-- per iteration: gc.allocated_bytes == 0
-- unsunk: gc.allocated_bytes == 96
-- expect: jit.traces >= 1
-- Objects in fields of an object that exists all along, each replaced in each iteration.
local N = tonumber(arg[1])
local V = {}
V.__index = V
local function new(x, y) return setmetatable({ x = x, y = y }, V) end
V.__add = function(a, b) return new(a.x + b.x, a.y + b.y) end
local P = {}
P.__index = P
function P:step(dt)
  self.pos = self.pos + self.vel
  self.vel = new(self.vel.x * 0.99, self.vel.y + dt)
end
local p = setmetatable({ pos = new(0.0, 0.0), vel = new(1.0, 1.0) }, P)
for i = 1, N do p:step(0.01) end
print(p.pos.x, p.pos.y, p.vel.x, p.vel.y)
