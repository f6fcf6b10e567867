# Puts the cancelled coroutine into the queue of the ready, and leaves it in that of the waiting.
# caught: was left in this queue
s/^    task->coroutine->deadline = 0;/    co_push(\&co_ready, task->coroutine);/
