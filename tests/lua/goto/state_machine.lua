-- A state machine made of labels.
local input = "aabbbcabcc#"
local at, out = 0, {}
local c
::start::
at = at + 1
c = input:sub(at, at)
if c == "a" then goto state_a elseif c == "b" then goto state_b elseif c == "#" then goto finish else goto other end
::state_a::
out[#out + 1] = "A"
goto start
::state_b::
out[#out + 1] = "B" .. at
do goto start end
::other::
out[#out + 1] = "?"
goto start
::finish::
print(table.concat(out, " "))
local n, steps = 27, 0
::collatz::
if n ~= 1 then
  if n % 2 == 0 then n = n // 2 else n = 3 * n + 1 end
  steps = steps + 1
  goto collatz
end
print(steps)
local primes = {}
for p = 2, 200 do
  for d = 2, p - 1 do
    if d * d > p then break end
    if p % d == 0 then goto next_number end
  end
  primes[#primes + 1] = p
  ::next_number::
end
print(#primes, primes[#primes])
