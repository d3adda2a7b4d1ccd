-- Classes with two levels of inheritance, super calls and class fields.
local Animal = { legs = 4 }
Animal.__index = Animal
function Animal.new(name) return setmetatable({ name = name }, Animal) end
function Animal:speak() return self.name .. " makes " .. self:sound() end
function Animal:sound() return "noise" end
local Dog = setmetatable({}, { __index = Animal })
Dog.__index = Dog
function Dog.new(name) local d = Animal.new(name); d.tricks = 0; return setmetatable(d, Dog) end
function Dog:sound() return "woof" end
function Dog:learn() self.tricks = self.tricks + 1; return self end
local Puppy = setmetatable({ legs = "4 small" }, { __index = Dog })
Puppy.__index = Puppy
Puppy.__tostring = function(p) return "Puppy(" .. p.name .. ")" end
function Puppy.new(name) return setmetatable(Dog.new(name), Puppy) end
function Puppy:sound() return Dog.sound(self) .. "?" end
local a, d, p = Animal.new("cat"), Dog.new("rex"), Puppy.new("bit")
print(a:speak(), d:speak(), p:speak())
print(a.legs, d.legs, p.legs, d:learn():learn().tricks, p:learn().tricks, tostring(p))
local n = 0
for i = 1, 300 do
  local who = i % 3 == 0 and a or i % 3 == 1 and d or p
  n = n + #who:speak()
end
print(n)
Animal.sound = function() return "changed" end
print(a:speak(), d:speak())
Dog.sound = nil
print(d:speak(), pcall(p.sound, p))
print(getmetatable(p) == Puppy, getmetatable(Puppy).__index == Dog, rawget(p, "speak"))
