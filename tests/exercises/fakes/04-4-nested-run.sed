# The callback waits for B in a loop of its own.
# caught: The loop is run once
s/^        fetch(a->link, on_second, chain);/    {\
        fetch(a->link, on_second, chain);\
        loop.is_running = false;\
        loop_run(\&loop);\
        loop.is_running = true;\
    }/
