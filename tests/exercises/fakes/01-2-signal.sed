# A signal is taken for the end of the time.
# caught: A signal is no failure
s/errno != EINTR && errno != EAGAIN/errno != EAGAIN/
