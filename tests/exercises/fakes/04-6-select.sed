# The kernel is told of nobody: select() is handed all that is watched, at each wait.
# caught: It waits with
s/^#include "exercises\/given_loop.h"/&\
#include <sys\/select.h>/
/^static void loop_tell/,/^}/{
/^{/a\
    (void)loop, (void)fd, (void)before, (void)now;
/^static\|^{\|^}/!d
}
/^static void loop_wait/,/^}/{
/^{/a\
    fd_set sets[2];\
    struct timeval time = {.tv_sec = (time_t)seconds, .tv_usec = 999999};\
    FD_ZERO(\&sets[0]);\
    FD_ZERO(\&sets[1]);\
    for (int i = 0; i < FD_SETSIZE; i++) {\
        if (loop->watches[i].on_readable != NULL)\
            FD_SET(i, \&sets[0]);\
        if (loop->watches[i].on_writable != NULL)\
            FD_SET(i, \&sets[1]);\
    }\
    if (select(FD_SETSIZE, \&sets[0], \&sets[1], NULL, \&time) > 0)\
        for (int i = 0; i < FD_SETSIZE; i++)\
            loop_found(loop, i,\
                       (FD_ISSET(i, \&sets[0]) ? READABLE : 0) |\
                           (FD_ISSET(i, \&sets[1]) ? WRITABLE : 0));
/^static\|^{\|^}/!d
}
