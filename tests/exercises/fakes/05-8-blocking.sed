# The sockets block, so recv() may wait.
# caught: Only select() waits
s/ || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||/ || fcntl(fd, F_SETFL, 0) == -1 ||/
