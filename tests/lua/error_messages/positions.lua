-- The line in a message is the line of the failing operation.
local function where(f, ...)
  local m = select(2, pcall(f, ...))
  print((m:gsub("^.*/", "")))
end
where(function()
  local x = 1
  local y = x
    + nil
end)
where(function()
  local t = {}
  local a = 1
  t
    .x
    .y = a
end)
where(function()
  error("plain")
end)
where(function()
  local f
  f(
    1,
    2
  )
end)
where(function()
  return nil ..
    "x"
end)
local function thrower(level) error("level " .. level, level) end
local function caller(level)
  thrower(level)
  return 1
end
local function outer(level)
  caller(level)
  return 2
end
where(outer, 1)
where(outer, 2)
where(outer, 3)
where(function()
  for i = 1, 300 do
    if i == 250 then
      local t
      t.x = i
    end
  end
end)
where(load("\n\nlocal x = nil\nreturn x.y", "=chunk"))
where(load("error('in chunk')", "@some/file.lua"))
where(load("error('in string')"))
where(load("\nerror('second line')", "first line\nsecond"))
where(load("error('x')", "a very long chunk name that goes on and on beyond the sixty characters that fit"))
where(load("error('x')", "=" .. ("n"):rep(80)))
where(load("error('x')", "@" .. ("p"):rep(80)))
