-- What busted uses of lua-system: clocks that stand still.

return {
  gettime = function() return 0 end,
  monotime = function() return 0 end,
  sleep = function() end,
}
