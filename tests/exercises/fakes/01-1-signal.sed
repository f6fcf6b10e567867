# A loop that takes a signal for a failure.
# caught: A signal is no failure
s/ else if (errno != EINTR) {/ else {/
