-- gmatch: iteration, captures, empty matches, start position.
for w in ("one two three"):gmatch("%a+") do io.write(w, ";") end
print()
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, "->", v, ";") end
print()
for p in ("abc"):gmatch("()") do io.write(p, " ") end
print()
for m in ("aXbXc"):gmatch("[^X]*") do io.write("[", m, "]") end
print()
for a in ("abc"):gmatch("^a") do io.write("<", a, ">") end
print()
for w in ("one two three"):gmatch("%a+", 5) do io.write(w, ";") end
for w in ("one two three"):gmatch("%a+", -3) do io.write(w, ";") end
print()
local total = 0
local csv = {}
for i = 1, 120 do csv[i] = i * i end
for n in table.concat(csv, ","):gmatch("%d+") do total = total + tonumber(n) end
print(total)
local words = {}
for w in ("the cat the dog the end"):gmatch("%w+") do words[w] = (words[w] or 0) + 1 end
print(words.the, words.cat, words.dog, words["end"])
print(select("#", ("x"):gmatch("y")()), (("x"):gmatch(".")()))
local it = ("ab"):gmatch(".")
print(it(), it(), it(), pcall(string.gmatch))
