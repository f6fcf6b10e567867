# The limit is set once, and holds for each recv() by itself.
# caught: what is left of the page
s/^    while (more && limit_wait(fd, page)) {/    more = limit_wait(fd, page);\
    while (more) {/
s/errno != EINTR && errno != EAGAIN/errno != EINTR/
