# The callback waits for the next page in a loop of its own.
# caught: The loop is run once
s/^        fetch(page->link, on_page, walk);/    {\
        fetch(page->link, on_page, walk);\
        loop.is_running = false;\
        loop_run(\&loop);\
        loop.is_running = true;\
    }/
