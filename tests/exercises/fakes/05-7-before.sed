# It looks before it waits: then it goes on once more.
# caught: does nothing more
s/^    return co_wait(.*/    return !task->is_cancelled \&\& co_wait(fd, to_write, seconds);/
