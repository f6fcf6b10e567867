# The callback waits with a select() of its own.
# caught: Only the loop waits
s/^    struct countdown \*c = data;/&\
    struct timeval pause = {.tv_usec = 10000};\
    select(0, NULL, NULL, NULL, \&pause);/
