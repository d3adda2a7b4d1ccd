local config
local function get()
  return config.name
end
get()
