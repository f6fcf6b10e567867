# One process for each chain.
# caught: one process with one thread
s/^#include "chain.h"/&\
\
#include <sys\/wait.h>/
s/^        if (!coroutine_start(.*/        if (fork() > 0)\
            continue;\
&/
s/^            die("out of memory");/&\
        run_scheduler();\
        exit(summary(""));/
s/^    run_scheduler();/    int result = 0;\
    for (int one; wait(\&one) > 0;)\
        result |= one != 0;/
s/^    return summary("");/    return result;/
