-- Line breaks and semicolons in unusual places.
local
t
=
{
  1
  ,
  2;
  3
  ,
}
print(#t
)
local function f(a)
  return
    a
end
print(f
(3))
do ; end
do local x <const> = 1; print(x) end
while false do end
repeat until true
for _ = 1, 0 do end
if false then elseif nil then else print("else") end
local x = function() return end
print(x(), (x()), select("#", x()), select("#", (x())))
local s = "a" .. -- comment in the middle
  "b"
print(s);(print)("call in parentheses")
local obj = { v = 1 }
function obj.a() return "a" end
function obj:b() return self.v end
obj.c = { d = {} }
function obj.c.d.e() return "e" end
function obj.c.d:f() return self == obj.c.d end
print(obj.a(), obj:b(), obj.c.d.e(), obj.c.d:f())
return 1, 2;
