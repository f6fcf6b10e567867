# recv() waits, as in step 1; so there is not one "not yet".
# caught: recv() never waits
s/^    long pause = 1;/&\
    struct timeval limit = to_timeval(options.seconds);\
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, \&limit, sizeof limit);\
    fcntl(fd, F_SETFL, 0);/
