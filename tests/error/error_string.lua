print('before')
error('something broke')
