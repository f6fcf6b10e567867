# A set that is kept, and copied for each call; a socket that has been closed stays in it.
# caught: A socket that is closed leaves the set
s/^        fd_set readable;/        static fd_set all;\
        fd_set readable;/
/FD_ZERO(&readable);/d
s/FD_SET(requests\[i\].fd, &readable);/FD_SET(requests[i].fd, \&all);/
s/^        if (select(highest/        readable = all;\
&/
