for v in function() error('no more') end do end
