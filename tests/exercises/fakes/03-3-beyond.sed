# Beyond the end of the fd_set, a bit of somebody else's memory.
# from: starter
# caught: It waits with poll()
s/^        if (r->fd >= FD_SETSIZE) {/        if (r->fd < -1) {/
