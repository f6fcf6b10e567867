# The socket waits while it connects, and never after.
# caught: Nothing waits, neither connect()
s/fcntl(fd, F_SETFL, O_NONBLOCK) == 0 \&\&/fcntl(fd, F_SETFL, 0) == 0 \&\&/
s/^    while (page_time_left(page) > 0) {/    fcntl(fd, F_SETFL, O_NONBLOCK);\
&/
