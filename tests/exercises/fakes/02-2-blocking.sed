# recv() waits, as in step 1, and the polls are invented.
# caught: recv() never waits
s/^    while (page_time_left(page) > 0) {/    struct timeval limit = to_timeval(options.seconds);\
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, \&limit, sizeof limit);\
    fcntl(fd, F_SETFL, 0);\
    polls++;\
&/
