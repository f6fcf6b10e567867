# What has not failed so far is taken for connected.
# caught: No failure so far is not yet a connection
s/^        if (getpeername.*/        getsockopt(fd, SOL_SOCKET, SO_ERROR, \&error, \&error_size);\
        if (error == 0) {/
/socklen_t peer_size/d
/sockaddr_storage peer/d
s/^        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == -1)$/        if (0)/
