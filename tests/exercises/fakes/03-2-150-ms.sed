# A pause of 150 ms in place of one of 50: less often for nothing, and later.
# caught: select() may sleep until the nearest limit, and no less
s/^    return time;/    return (struct timeval){.tv_usec = 150000};/
/^    struct timeval time = /d
/^    time.tv_usec = /d
