-- Vararg packs, forwarding, select.
local function add(...) local t = { ... }; return t[1] + t[2] end
local function all(...) local t, s = { ... }, 0; for i = 1, #t do s = s + t[i] end return s end
local function pass(...) return all(...) end
local function count(...) return select("#", ...) end
local s = 0
for i = 1, 250 do s = s + add(i, 2) + all(i, 2, 3) + pass(i) + count(i, nil) + pass() end
print(s)
local kept
local function keep(flag, ...) local t = { n = select("#", ...), ... }; if flag then kept = t end return t.n end
for i = 1, 250 do s = s + keep(i == 240, i, "x", nil, { i }) end
print(kept.n, kept[1], kept[2], kept[3], kept[4][1], s)
local function second(...) return (select(2, ...)) end
for i = 1, 250 do s = s + second(1, { v = i }).v end
print(s)
local function pack2(...) return { ... } end
for i = 1, 250 do local t = pack2(i, i * 2, i * 3); s = s + #t + t[3] end
print(s)
local function rest(a, ...) return ... end
for i = 1, 200 do local a, b = rest(i, i + 1, i + 2); s = s + a * b end
print(s)
