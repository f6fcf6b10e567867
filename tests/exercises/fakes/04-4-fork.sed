# One process for each chain.
# caught: one process with one thread
s/^#include "exercises\/given.h"/&\
\
#include <sys\/wait.h>/
s/^    for (int i = 0; i < options.url_count; i++) {/&\
        if (fork() > 0)\
            continue;/
s/^        fetch(argv\[optind + i\].*/&\
        loop_run(\&loop);\
        exit(0);/
s/^    loop_run(&loop);/    while (wait(NULL) > 0)\
        continue;\
&/
