local lib = { put = table.insert }
lib.put(1, 2)
