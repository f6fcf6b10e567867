# recv() waits a little at each page.
# caught: Nothing waits: whoever is asked answers at once
s/^        r->fd = open_connection.*/&\
    struct timeval limit = {.tv_usec = 10000};\
    setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, \&limit, sizeof limit);\
    if (r->fd != -1)\
        fcntl(r->fd, F_SETFL, 0);/
