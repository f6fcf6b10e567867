# select() waits until the attempt is over.
# caught: Nothing waits, neither connect()
s/^#include "exercises.*/&\
#include <sys\/select.h>/
s/^        int error = 0;/        fd_set set;\
        FD_ZERO(\&set);\
        FD_SET(fd, \&set);\
        struct timeval time = to_timeval(page_time_left(page));\
        select(fd + 1, NULL, \&set, NULL, \&time);\
&/
