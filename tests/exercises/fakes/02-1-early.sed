# An attempt that takes longer than a tenth of a second is given up.
# caught: given up when its time is over, and not before
s/^    while (page_time_left(page) > 0) {/    double end = now() + 0.1;\
    while (now() < end) {/
