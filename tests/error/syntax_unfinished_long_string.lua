x = [[ never
closed

