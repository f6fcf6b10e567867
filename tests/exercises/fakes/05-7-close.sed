# The socket is closed from outside, while the page waits for it.
# caught: A page closes its socket itself
s/^    task->coroutine->deadline = 0;/    close(task->coroutine->fd);\
&/
