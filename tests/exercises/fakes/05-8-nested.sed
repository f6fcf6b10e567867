# A is awaited. But for B, chain() waits itself, and nobody else goes on.
# caught: No chain waits for another
s/^        AWAIT(c, fetch(\(.*\)) == READY);/        while (fetch(\1) == PENDING)\
            wait_for_one();/
