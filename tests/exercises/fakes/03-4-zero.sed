# select() is told not to wait, and is called all the time.
# caught: select() sleeps until somebody is ready
s/^    long microseconds = .*/    long microseconds = 0 * (long)left;/
