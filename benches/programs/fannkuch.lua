-- Measures: small integer arrays permuted and reversed, unpredictable trip counts.
-- Group: general
-- Work: 9^n
local function fannkuch(n)
  local perm, work, count = {}, {}, {}
  for i = 1, n do
    perm[i], count[i] = i, i
  end
  local max_flips, checksum, sign = 0, 0, 1
  while true do
    -- Count the flips of this permutation.
    local first = perm[1]
    if first ~= 1 then
      for i = 2, n do
        work[i] = perm[i]
      end
      local flips = 1
      while true do
        local next_first = work[first]
        if next_first == 1 then
          break
        end
        work[first] = first
        local low, high = 2, first - 1
        while low < high do
          work[low], work[high] = work[high], work[low]
          low, high = low + 1, high - 1
        end
        first, flips = next_first, flips + 1
      end
      if flips > max_flips then
        max_flips = flips
      end
      checksum = checksum + sign * flips
    end
    -- The next permutation, by rotating ever longer prefixes.
    if sign == 1 then
      perm[1], perm[2] = perm[2], perm[1]
      sign = -1
    else
      perm[2], perm[3] = perm[3], perm[2]
      sign = 1
      local i = 3
      while count[i] == 1 do
        if i == n then
          return checksum, max_flips
        end
        count[i] = i
        local head = perm[1]
        for j = 1, i do
          perm[j] = perm[j + 1]
        end
        perm[i + 1] = head
        i = i + 1
      end
      count[i] = count[i] - 1
    end
  end
end

local n = tonumber(arg and arg[1]) or 9
local checksum, flips = 0, 0
for _ = 1, 2 do
  checksum, flips = fannkuch(n)
end
print(string.format("%d\nfannkuch(%d) = %d", checksum, n, flips))
