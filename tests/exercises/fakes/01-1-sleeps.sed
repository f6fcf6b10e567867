# A pause before each recv(), so that more has come.
# caught: It is recv() that waits
s/^        ssize_t n = recv/        nanosleep(\&(struct timespec){0, 100000}, NULL);\
&/
