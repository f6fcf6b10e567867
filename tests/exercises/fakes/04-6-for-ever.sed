# The timers are forgotten.
# caught: A timer that is due ends the wait
s/^    int time = .*/    int time = seconds < 0 ? -1 : 2000000000;/
s/seconds < 0 ? NULL : &time/NULL/
