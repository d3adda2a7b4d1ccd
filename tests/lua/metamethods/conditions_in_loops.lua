-- Comparisons whose metamethods return what is not known to be a condition, in loops that get hot.
local answer, answers = true, {}
local mt
mt = {
  __eq = function(a, b) return answers[a.n % 3] end,
  __lt = function(a, b) return answer end,
  __le = function(...) local t = { ... }; return t[1][t[2].n] end,
}
local function new(n) return setmetatable({ n = n, [1] = 1, [3] = false }, mt) end
answers[0], answers[1] = "yes", 5
local equal, less, at_most = 0, 0, 0
for i = 1, 300 do
  local a, b = new(i), new(i % 4)
  if a == b then equal = equal + 1 end
  if a ~= b then equal = equal + 1000 end
  if a < b then less = less + 1 end
  if a <= b then at_most = at_most + 1 end
  if i == 150 then answer = nil end
  if i == 200 then answers[2] = false; answers[1] = nil end
end
print(equal, less, at_most)
