launch_missiles()
