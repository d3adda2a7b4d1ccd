//! The Lua text in front of every generated program.

/// A class of points with all operators, `str` and `show` that hide the sign of NaN, and `note`, which folds a value into a
/// running number that tells integers from floats.
pub(super) const TEXT: &str = r##"local function str(v)
  if v ~= v then return "nan" end
  return tostring(v)
end
local P = {}
P.__index = P
local function new(x, y) return setmetatable({ x = x, y = y }, P) end
P.__add = function(a, b) return new(a.x + b.x, a.y + b.y) end
P.__sub = function(a, b) return new(a.x - b.x, a.y - b.y) end
P.__mul = function(a, k) return new(a.x * k, a.y * k) end
P.__unm = function(a) return new(-a.x, -a.y) end
P.__eq = function(a, b) return a.x == b.x and a.y == b.y end
P.__lt = function(a, b) return a.x < b.x end
P.__le = function(a, b) return a.x <= b.x end
P.__len = function(a) return a.x == 0 and 0 or 2 end
P.__call = function(a, k) return a.x + k end
P.__tostring = function(a) return "P(" .. str(a.x) .. "," .. str(a.y) .. ")" end
function P:dot(b) return self.x * b.x + self.y * b.y end
function P:flip() return new(self.y, self.x) end
function P:move(k) self.x = self.x + k; return self end
local function show(v)
  if getmetatable(v) == P then return tostring(v) end
  if type(v) == "table" then return "T(" .. str(v.x) .. "," .. str(v.y) .. "," .. str(v.z) .. "," .. #v .. "," .. str(v[1]) .. ")" end
  if type(v) == "function" then return "function" end
  return str(v)
end
local sum, notes = 0, 0
local function note(v)
  notes = notes + 1
  local k
  if math.type(v) == "integer" then k = v
  elseif math.type(v) == "float" then
    if v ~= v then k = 7 elseif v == math.huge then k = 8 elseif v == -math.huge then k = 9
    else k = math.floor(v % 1000003 * 64) + 5 end
  elseif type(v) == "string" then k = #v * 257 + (v:byte(-1) or 0)
  elseif type(v) == "table" then k = 11
  elseif v then k = 3
  else k = v == nil and 1 or 2 end
  sum = sum * 31 + k
end
local function each(t)
  local i = 0
  return function()
    i = i + 1
    if i <= #t then return t[i], i end
  end
end
local function count(...) return select("#", ...) end
local function add(...)
  local t, s = { ... }, 0
  for i = 1, #t do s = s + t[i] end
  return s
end
"##;
