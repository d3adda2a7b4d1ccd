setmetatable(setmetatable({}, { __metatable = 1 }), {})
