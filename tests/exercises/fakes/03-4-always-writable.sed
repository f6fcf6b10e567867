# Whether there is room is asked also when nothing is left to send.
# caught: When all is sent, room for more is of no interest
s/FD_SET(requests\[i\].fd, sendings\[i\].over ? readable : writable);/FD_SET(requests[i].fd, readable);\
        FD_SET(requests[i].fd, writable);/
s/^        if (FD_ISSET(r->fd, writable))/        if (FD_ISSET(r->fd, writable) \&\& !sendings[i].over)/
