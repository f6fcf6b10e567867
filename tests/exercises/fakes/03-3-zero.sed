# poll() is told not to wait, and is called all the time.
# caught: poll() waits until somebody is ready
s/poll(polls, (nfds_t)request_count, -1)/poll(polls, (nfds_t)request_count, 0)/
