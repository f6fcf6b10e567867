# select() waits, as in step 3: recv() is asked when there is something.
# caught: As long as nothing comes, it is asked now and then
s/^#include "exercises.*/&\
#include <sys\/select.h>/
s/^        ssize_t n = recv/        fd_set set;\
        FD_ZERO(\&set);\
        FD_SET(fd, \&set);\
        struct timeval time = to_timeval(page_time_left(page));\
        select(fd + 1, \&set, NULL, NULL, \&time);\
&/
