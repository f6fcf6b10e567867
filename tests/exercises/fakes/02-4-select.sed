# select() says who is ready: that is step 3.
# caught: Nothing waits: whoever is asked answers at once
s/^#include "exercises.*/&\
#include <sys\/select.h>/
s/^    ssize_t n = recv/    fd_set set;\
    FD_ZERO(\&set);\
    FD_SET(r->fd, \&set);\
    struct timeval time = {.tv_usec = 1000};\
    if (select(r->fd + 1, \&set, NULL, NULL, \&time) < 1)\
        return true;\
&/
