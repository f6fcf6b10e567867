# poll() has no set that could be overwritten.
# caught: It waits with select()
s/^#include <sys.select.h>/#include <poll.h>\
&/
/^        FD_ZERO(&readable);/,/^        receive_ready/c\
        static struct pollfd polls[1000];\
        for (int i = 0; i < request_count; i++)\
            polls[i] = (struct pollfd){.fd = requests[i].fd, .events = POLLIN};\
        if (poll(polls, (nfds_t)request_count, -1) == -1)\
            return false;\
        FD_ZERO(\&readable);\
        for (int i = 0; i < request_count; i++)\
            if (polls[i].revents != 0 \&\& (highest = polls[i].fd) != -1)\
                FD_SET(polls[i].fd, \&readable);\
        receive_ready(\&readable);
