-- Equal bytes are equal strings and equal keys, however they were made.
local t = {}
local function make(i) return "key" .. i % 10 end
for i = 1, 200 do
  local k = make(i)
  t[k] = (t[k] or 0) + i
end
local keys = {}
for k, v in pairs(t) do keys[#keys + 1] = k .. "=" .. v end
table.sort(keys)
print(table.concat(keys, " "))
print(t["key" .. "1"], t[("key11"):sub(1, 4)], t[string.format("key%d", 3)], rawequal("a" .. "b", "ab"))
local long1, long2 = ("ab"):rep(100), ("abab"):rep(50)
local u = { [long1] = "found" }
print(long1 == long2, u[long2], u[long2 .. ""], u[long2 .. "a"], long1 < long2, long1 <= long2)
local words = { "pear", "apple", "fig", "Banana", "banana", "", "apple pie", "10", "9", "zoo", "a\0b", "a" }
table.sort(words)
for i, w in ipairs(words) do words[i] = string.format("%q", w) end
print(table.concat(words, " "))
local same = true
for i = 1, 100 do
  local a, b = "n" .. i, string.format("n%d", i)
  same = same and a == b and not (a < b) and a <= b
end
print(same)
