# Each recv() may wait for all of the page's time again; the clock is looked at afterwards.
# caught: what is left of the page's time, and not for all of it again
s/page_time_left(page) \* 1e6/options.seconds * 1e6/
s/^    if (microseconds <= 0) {/    if (page_time_left(page) <= 0) {/
