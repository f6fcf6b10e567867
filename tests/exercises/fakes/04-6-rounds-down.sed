# The part of a millisecond is cut off: the loop goes in a circle until it is over.
# caught: rounded up
s/1e3 + 0.999)/1e3)/
s/^    time.tv_nsec = .*/    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e3) * 1000000;/
