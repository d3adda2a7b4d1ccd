do
  local c <close> = setmetatable({}, { __close = function() error('while closing') end })
end
