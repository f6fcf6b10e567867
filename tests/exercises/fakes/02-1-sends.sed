# Something is sent until it goes through: then there was a connection.
# caught: Nothing is sent before the socket is connected
s/^        if (getpeername.*/        ssize_t sent = send(fd, page->request, 0, 0);\
        int why = errno;\
        if (sent == 0) {/
/socklen_t peer_size/d
/sockaddr_storage peer/d
s/^        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == -1)$/        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, \&error, \&error_size) == -1 || why != EAGAIN)/
s/^            error = errno;/            error = why;/
