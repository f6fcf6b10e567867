# poll() is asked for one socket, and then for the next.
# caught: is told of all that have not been answered yet
s/poll(polls, (nfds_t)request_count, -1)/poll(\&polls[rand() % request_count], 1, 100)/
