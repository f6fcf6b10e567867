# It never waits: it asks again and again.
# caught: The loop waits as long as it may
s/^    int time = .*/    int time = 0;/
s/^    time.tv_nsec = .*/    time = (struct timespec){0};/
