# The parent looks now and then whether a child has ended.
# caught: nobody asks again and again
s/^    while (wait(&status) == -1)/    pid_t child;\
    while ((child = waitpid(-1, \&status, WNOHANG)) <= 0)/
s/^        if (errno != EINTR)/        if (child == 0)\
            nanosleep(\&(struct timespec){0, 5000000}, NULL);\
        else if (errno != EINTR)/
