# Every round counts as a poll, also those that bring something.
# caught: Each "not yet" is counted in polls, and nothing else
/^        if (n == -1)$/d
