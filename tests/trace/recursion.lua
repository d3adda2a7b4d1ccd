-- Recursion runs in machine code: each level calls the next, and nothing is left to the interpreter.
-- options: --opt=hot_call=50 --opt=exits_per_instruction=1
-- runs: 20000
-- expect: jit.traces >= 1
-- expect: jit.exits <= 3000
-- per iteration: jit.exits <= 0.001
local N = tonumber(arg[1])
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local function calls(n) if n == 0 then return 1 end local r = 1 for _ = 1, 2 do r = r + calls(n - 1) end return r end
local sum = 0
for i = 1, N do sum = sum + fib(i % 8) + calls(i % 4) end
print(sum)
