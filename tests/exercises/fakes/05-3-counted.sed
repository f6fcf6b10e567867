# Nobody sleeps: the clock is counted up to whoever is due first.
# caught: the clock is the system's
s/^    stop_thread_until(ready.first == NULL.*/    if (ready.first == NULL)\
        now = sleepers->due;\
    else\
        now += 1;/
