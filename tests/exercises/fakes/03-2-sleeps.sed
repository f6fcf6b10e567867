# It sleeps until the limit, and then asks select() what has come.
# caught: Nobody else waits
s/^    return time;/    nanosleep(\&(struct timespec){time.tv_sec, 1000 * time.tv_usec}, NULL);\
    return (struct timeval){0};/
