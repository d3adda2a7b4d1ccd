-- An error of the hook that sees `pcall` return is not caught by that `pcall`: it has ended.

local function run(protect, events)
  for stop = 1, 6 do
    local seen = 0
    local co = coroutine.create(function()
      local function outer()
        local ok, why = protect(math.abs, 1)
        return "after", ok, why
      end
      return pcall(outer)
    end)
    debug.sethook(co, function(event)
      seen = seen + 1
      if seen == stop then error("stopped at " .. stop, 0) end
    end, events)
    print(stop, coroutine.resume(co))
  end
end

run(pcall, "r")
run(function(f, ...) return xpcall(f, function(m) return "handled " .. m end, ...) end, "r")
