# It sleeps a while, and then asks with a time of its own.
# caught: Nobody else waits
/^static void loop_wait/,/^}/s/^{/{\
    nanosleep(\&(struct timespec){.tv_nsec = 1000000}, NULL);/
