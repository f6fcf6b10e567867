# Waits a millisecond also where nothing is to be waited for.
# caught: rounded up (0 stays 0)
s/1e3 + 0.999)/1e3) + 1/
