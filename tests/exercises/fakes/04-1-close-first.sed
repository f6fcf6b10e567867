# The socket is closed while the loop still watches it.
# caught: unwatched before it is closed
/^    loop_unwatch(&loop, r->fd);$/{
s/.*/    close(r->fd);/
n
s/.*/    loop_unwatch(\&loop, r->fd);/
}
