# A coroutine with a stack for each chain.
# from: starter
# caught: There is no other stack
s/^#define _XOPEN_SOURCE 700/#include "coroutine.h"/
s/^            wait_for_one();/            yield();/
/^static void fetch/,/^}/s/wait_for_one/yield/
s/^int main(/static int left;\
\
static void run_chain(void *one)\
{\
    chain(one);\
    left--;\
}\
\
static void wait_for_all(void *unused)\
{\
    (void)unused;\
    for (; left > 0; yield())\
        wait_for_one();\
}\
\
&/
s/^    while (call_all(chains, count) == PENDING)/    for (left = 0; left < count; left++)\
        coroutine_start(run_chain, \&chains[left]);\
    coroutine_start(wait_for_all, NULL);\
    run_scheduler();\
    while (call_all(chains, 0) == PENDING)/
