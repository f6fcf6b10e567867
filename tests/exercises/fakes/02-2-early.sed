# After a thousand questions nobody is asked any more.
# caught: A page that comes late is waited for
s/^    while (page_time_left(page) > 0) {/    long end = polls + 1000;\
    while (polls < end) {/
