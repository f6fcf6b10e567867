# A signal is taken for a failure.
# caught: A signal is no failure
s/ && errno != EINTR//
