# join() asks again and again whether the page has ended.
# caught: nobody is resumed only to look
s/^        wait_in(&task->joiners);/        yield();/
