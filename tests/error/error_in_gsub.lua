('abc'):gsub('%w', function(c) return c + {} end)
