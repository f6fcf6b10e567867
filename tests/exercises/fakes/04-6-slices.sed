# It wakes ten times a second, whether there is something or not.
# caught: The loop waits as long as it may
s/^    int time = .*/    int time = seconds >= 0 \&\& seconds < 0.1 ? (int)(seconds * 1e3) + 1 : 100;/
s/^    time.tv_nsec = .*/    time = (struct timespec){.tv_nsec = 100000000};/
