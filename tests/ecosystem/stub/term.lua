-- What busted uses of lua-term: there is no terminal.

return { isatty = function() return false end }
