-- Measures: plain recursion, calls and returns.
-- Group: general
-- Work: 1.62^n
local function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end

local n = tonumber(arg and arg[1]) or 34
print(string.format("%d", fib(n)))
