coroutine.resume("co")
