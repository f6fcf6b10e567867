# The end of a page wakes only one of those who wait for it.
# caught: not only the first
s/^    while (task->joiners.first != NULL)/    if (task->joiners.first != NULL)/
