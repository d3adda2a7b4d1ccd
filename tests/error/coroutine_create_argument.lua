coroutine.create({})
