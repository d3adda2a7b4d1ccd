coroutine.close(coroutine.running())
