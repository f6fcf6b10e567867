# Nobody waits: all are asked, again and again.
# caught: It waits with poll()
s/if (poll(polls, (nfds_t)request_count, -1) == -1)/if (request_count < 0)/
s/if (polls\[i\].revents != 0)/if (polls[i].fd != -1)/
s/polls\[i\].revents != 0/polls[i].fd != -1/
