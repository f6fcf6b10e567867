# A new list for each wait.
# caught: One list in the kernel
/^static void loop_wait/,/^}/s/^{/{\
    loop->list =\
#ifdef __linux__\
        epoll_create1(EPOLL_CLOEXEC);\
#else\
        kqueue();\
#endif\
    for (int fd = 0; fd < 1000; fd++)\
        if (loop_wanted(\&loop->watches[fd]) != 0)\
            loop_tell(loop, fd, 0, loop_wanted(\&loop->watches[fd]));/
