# A signal ends the program.
# caught: After a signal (EINTR) nobody is ready
s/count == -1 && errno != EINTR/count == -1/
