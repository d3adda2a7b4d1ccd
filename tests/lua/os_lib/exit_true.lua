-- os.exit ends the program with success; nothing after it runs.
print("before")
io.write("buffered text without end of line")
os.exit(true)
print("after")
