print(('x'):find('[a'))
