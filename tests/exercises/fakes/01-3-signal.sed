# A signal ends the parent.
# caught: A signal is no end of a child
s/^    while (wait(&status) == -1)/    if (wait(\&status) == -1)/
s/^        if (errno != EINTR)$//
