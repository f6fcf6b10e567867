# recv() wakes every three seconds, and only then is the clock looked at.
# caught: Nothing may wait longer than the page has time
s/^    struct timeval limit = .*/    struct timeval limit = {.tv_sec = 3};/
s/^    limit.tv_usec = .*//
