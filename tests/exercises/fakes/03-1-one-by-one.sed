# One after the other is watched, each for a tenth of a second.
# caught: is told of all that have not been answered yet
/^        FD_ZERO(&readable);/,/^        receive_ready/c\
        static int next;\
        struct timeval tenth = {.tv_usec = 100000};\
        while (requests[next % request_count].fd == -1)\
            next++;\
        highest = requests[next++ % request_count].fd;\
        FD_ZERO(\&readable);\
        FD_SET(highest, \&readable);\
        if (select(highest + 1, \&readable, NULL, NULL, \&tenth) == -1)\
            return false;\
        receive_ready(\&readable);
