-- Shared upvalues, one fresh variable for each iteration, nested captures.
local function pair()
  local n = 0
  return function() n = n + 1; return n end, function() return n end
end
local inc, get = pair()
inc() inc()
print(get(), inc(), get())
local inc2, get2 = pair()
print(inc2(), get2(), get())
local fs = {}
for i = 1, 5 do fs[i] = function() i = i + 10; return i end end
print(fs[1](), fs[1](), fs[2](), fs[5]())
local ws = {}
local k = 1
while k <= 3 do
  local j = k
  ws[k] = function() j = j + 1; return j end
  k = k + 1
end
print(ws[1](), ws[1](), ws[2](), ws[3](), k)
local rs = {}
local n = 0
repeat
  local x = n
  rs[#rs + 1] = function() return x end
  n = n + 1
until x >= 3
print(#rs, rs[1](), rs[4]())
for k2, v in pairs({ "a", "b" }) do fs[k2] = function() return k2 .. v end end
print(fs[1](), fs[2]())
local function outer()
  local a = 1
  return function()
    local b = 10
    return function()
      a, b = a + 1, b + 1
      return a, b, function() return a * b end
    end
  end
end
local mid = outer()
local in1, in2 = mid(), mid()
print((in1()), (select(2, in1())))
print((in2()), (select(2, in2())))
local _, _, prod = in1()
print(prod())
