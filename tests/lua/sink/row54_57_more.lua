-- Objects held by fresh closures only, live across library calls, <close> objects, long-lived fields.
local s = 0
for i = 1, 250 do
  local o = { v = i }
  local get, set = function() return o.v end, function(v) o.v = v end
  set(get() + 1)
  s = s + get()
end
print(s)
for i = 1, 250 do local o = { v = i }; local r = string.rep("ab", i % 5); s = s + #r + o.v end
print(s)
local closed = 0
local mt = { __close = function(o) closed = closed + o.n end }
for i = 1, 250 do local h <close> = setmetatable({ n = i }, mt); s = s + h.n end
print(s, closed)
local a = { x = 0, y = 1.5 }
for i = 1, 300 do a.x = a.x + i; a.y = a.y + a.x % 2 end
print(a.x, a.y)
local kept
for i = 1, 250 do
  local o = { v = i }
  local t = tostring(i)
  if #t == 3 and i == 231 then kept = o end
  s = s + o.v + #t
end
print(kept.v, s)
local c = setmetatable({ n = 0 }, { __call = function(self, p) self.n = self.n + p.v; return { v = self.n } end })
for i = 1, 250 do s = s + c({ v = i }).v end
print(c.n, s)
