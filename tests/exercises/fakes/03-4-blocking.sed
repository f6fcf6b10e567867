# The socket waits while it sends.
# caught: send() never waits
s/fcntl(r->fd, F_SETFL, O_NONBLOCK) == -1 ||/fcntl(r->fd, F_SETFL, 0) == -1 ||/
