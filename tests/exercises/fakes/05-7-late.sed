# A cancelled page hears of it only if nothing has come for it.
# caught: Also if more has come for it meanwhile
# caught: Each page ends by itself, and each of the two joins by itself
s/^    return co_wait(.*/    (void)task;\
    return co_wait(fd, to_write, seconds);/
