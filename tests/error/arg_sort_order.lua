table.sort({ 1, 2, 3, 4, 5 }, function() return true end)
