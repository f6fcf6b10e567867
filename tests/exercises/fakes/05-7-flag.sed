# The flag is set, and nobody is woken: the page ends when its time is over.
# caught: it is woken where it waits
/^    task->coroutine->deadline = 0;/d
