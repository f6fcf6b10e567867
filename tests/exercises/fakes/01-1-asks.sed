# A socket that never waits, asked until there is something.
# caught: It is recv() that waits
s/^    bool more = true;/    bool more = fcntl(fd, F_SETFL, O_NONBLOCK) == 0;/
s/errno != EINTR/& \&\& errno != EAGAIN/
