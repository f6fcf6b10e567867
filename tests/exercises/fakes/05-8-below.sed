# At the bottom it waits itself: so nobody else has to know of it.
# caught: all the way up
s/^    AWAIT(f, happened(\(.*\)));/    while (!happened(\1))\
        wait_for_one();/
