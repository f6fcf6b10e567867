# The pause is a loop that looks at the clock.
# caught: there is a pause: a sleep, and not a loop
/^    struct timespec time = /d
s/^    nanosleep(.*/    double end = now() + (double)milliseconds \/ 1000;\
    while (now() < end)\
        continue;/
