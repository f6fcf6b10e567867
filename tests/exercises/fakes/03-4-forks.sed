# A process for each page; each may wait as long as it likes.
# caught: Nobody else waits
s/^#include <sys.select.h>/&\
#include <sys\/wait.h>/
s/^    while (in_flight > 0) {/    for (int i = 0, status; i < request_count; i++)\
        if (request_count > 1 \&\& fork() == 0) {\
            requests[0] = requests[i];\
            request_count = in_flight = 1;\
        } else if (request_count > 1 \&\& i == request_count - 1) {\
            while (wait(\&status) > 0)\
                done_count += status == 0;\
            _exit(done_count != request_count);\
        }\
&/
