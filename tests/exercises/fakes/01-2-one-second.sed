# A page that is silent for a second is given up.
# caught: given up when its time is over, and not before
s/page_time_left(page) \* 1e6/1e6/
s/ && errno != EAGAIN/ /
