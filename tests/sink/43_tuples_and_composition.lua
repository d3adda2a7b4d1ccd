-- runs: 40000
-- per iteration: gc.allocated_bytes == 0
-- expect: jit.traces >= 1
local N = tonumber(arg[1])
local s = 0
local function divide(a, b) return {q = a // b, r = a % b} end
local function map(t, f) return {q = f(t.q), r = f(t.r)} end
local function compose(f, g) return function(x) return f(g(x)) end end
local function inc(x) return x + 1 end
local function double(x) return x * 2 end
for i = 1, N do
  local t = map(divide(i, 7), compose(inc, double))
  s = s + t.q + t.r
end
print(s)
