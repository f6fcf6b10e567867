# One process for each page.
# caught: one process with one thread
s/^#include "exercises\/given.h"/&\
#include <sys\/wait.h>/
s/^        fetch(argv\[optind + i\].*/        if (fork() > 0)\
            continue;\
        loop_init(\&loop);\
&\
        loop_run(\&loop);\
        exit(0);/
s/^    loop_run(&loop);/    while (wait(NULL) > 0)\
        continue;\
&/
