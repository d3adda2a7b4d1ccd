local insert = table.insert
insert(nil, 1)
