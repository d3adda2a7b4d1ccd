-- A message handler runs machine code that was made on a large stack, in a coroutine with a small one: leaving it needs frames that the
-- stack has no room for.

local function wide(x)
  local a, b, c, d, e, f, g, h = x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7
  local i, j, k, l, m, n, o, p = a + b, b + c, c + d, d + e, e + f, f + g, g + h, h + a
  if x == 1003 then
    return #(a .. "") + #(b .. "") + a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p
  end
  return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p
end

local function wider(x)
  local a, b, c, d, e, f, g, h = x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7
  local r = wide(x)
  return r + a + b + c + d + e + f + g + h
end

local function loop(from, to)
  local s = 0
  for i = from, to do
    s = s + wider(i)
  end
  return s
end

for _ = 1, 10 do
  loop(1, 100)
end
print(loop(1, 100))

local function handler(message)
  local s = loop(1000, 1010)
  local t = {}
  for i = 1, 300 do
    t[i] = {i}
  end
  collectgarbage()
  return message .. " " .. s .. " " .. #t
end

for i = 1, 3 do
  local co = coroutine.create(function(v)
    local _, message = xpcall(error, handler, "oops" .. v, 0)
    return coroutine.yield(message) .. "!"
  end)
  print(coroutine.resume(co, i))
  print(coroutine.resume(co, i))
end
