-- Hot while and repeat loops, conditions with side effects, upvalues in the condition.
local n, steps = 1000000, 0
while n > 1 do n = n // 2 + n % 2; steps = steps + 1 end
print(n, steps)
local i = 0
repeat i = i + 1 until i * i > 100000
print(i)
local count = 0
local function tick() count = count + 1; return count < 400 end
while tick() do end
print(count)
local stack, top, s = {}, 0, 0
for k = 1, 300 do top = top + 1; stack[top] = k end
while top > 0 do s = s + stack[top]; stack[top] = nil; top = top - 1 end
print(s, #stack)
local a, b = 1, 1
repeat local c = a + b; a, b = b, c until c > 1e15
print(a, b)
local str, len = "", 0
while #str < 200 do str = str .. "ab"; len = len + 1 end
print(#str, len)
local node = nil
for k = 1, 200 do node = { v = k, next = node } end
local sum = 0
while node do sum = sum + node.v; node = node.next end
print(sum)
local lo, hi = 0.0, 100.0
while hi - lo > 1e-9 do local mid = (lo + hi) / 2; if mid * mid < 2 then lo = mid else hi = mid end end
print(string.format("%.6f", lo))
local w = 0
while w < 300 and not (w == 250) do w = w + 1 end
print(w)
