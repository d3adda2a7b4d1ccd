# a first line with a sharp sign is skipped
-- short comment
--[[ long
comment ]] print("after long comment")
--[==[ a ]] b ]=] c
]==] print("after level two")
---[[ not a long comment
print("still here")
--]]
--[ also short
print(1 --[[inline]] + --[=[more]=] 2)
--
--[[]]print("empty long comment")
local a = 1; ; ; local b = 2;;
print(a + b) -- no newline at the end
-- the end
