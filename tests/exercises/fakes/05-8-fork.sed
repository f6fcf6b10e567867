# One process for each chain.
# caught: one process with one thread
s/^#include <unistd.h>/#include <sys\/wait.h>\
&/
s/^    while (call_all(chains, count) == PENDING)/    for (int i = 0; i < count; i++)\
        if (fork() == 0) {\
            while (call_all(chains + i, 1) == PENDING)\
                wait_for_one();\
            return 0;\
        }\
    while (wait(NULL) > 0)\
        continue;\
    count = 0;\
&/
