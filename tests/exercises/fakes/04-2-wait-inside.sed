# The callback looks at the clock until its time has come.
# caught: that is waiting, too
s/^    struct countdown \*c = data;/&\
    for (double until = loop_time() + STEP; loop_time() < until;)\
        continue;/
