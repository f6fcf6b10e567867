# select() waits, so that there is hardly a "not yet"; the polls count rounds.
# caught: select() and poll() come later
s/^#include "exercises.*/&\
#include <sys\/select.h>/
s/^        ssize_t n = recv/        fd_set set;\
        FD_ZERO(\&set);\
        FD_SET(fd, \&set);\
        struct timeval time = to_timeval(page_time_left(page));\
        select(fd + 1, \&set, NULL, NULL, \&time);\
        polls++;\
&/
