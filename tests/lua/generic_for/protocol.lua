-- The iteration protocol: state, control, closing value, several results.
local function iter(s, i) i = i + 1; if i <= s then return i, i * i end end
for i, sq in iter, 4, 0 do io.write(i, ":", sq, " ") end
print()
for a, b, c, d in function(s, ctl) if not ctl then return 1, 2, 3 end end do print(a, b, c, d) end
for k in pairs({}) do print("never", k) end
for i, v in ipairs({ 1, 2, nil, 4 }) do io.write(i, v, " ") end
print()
for i in ipairs({ "x", "y" }) do io.write(i, " ") end
print()
local closed = 0
local function closing()
  return function(_, i) i = (i or 0) + 1; if i <= 3 then return i end end, nil, nil, setmetatable({}, { __close = function() closed = closed + 1 end })
end
for i in closing() do io.write(i, " ") end
for i in closing() do if i == 2 then break end end
pcall(function() for i in closing() do error("x") end end)
local function early() for i in closing() do return i end end
print(early(), closed)
local callable = setmetatable({ n = 0 }, { __call = function(self) self.n = self.n + 1; if self.n < 4 then return self.n end end })
for v in callable do io.write(v, " ") end
print()
print(pcall(function() for x in 5 do end end))
print(pcall(function() for x in nil do end end))
print(pcall(function() for k in pairs(5) do end end))
print(pcall(function() for i in ipairs(nil) do end end))
local fs = {}
for i, v in ipairs({ "a", "b", "c" }) do fs[i] = function() v = v .. i; return v end end
print(fs[1](), fs[1](), fs[3]())
