# It ends the connection, so that the page has something to receive: the end.
# caught: does nothing more
s/^#include "join.h"/&\
\
#include <sys\/socket.h>/
s/^    task->coroutine->deadline = 0;/    shutdown(task->coroutine->fd, SHUT_RDWR);/
s/^    return co_wait(.*/    (void)task;\
    return co_wait(fd, to_write, seconds);/
