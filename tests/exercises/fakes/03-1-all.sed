# Whatever select() says: all are asked.
# caught: says who is ready; the others are not asked
s/ && FD_ISSET(requests\[i\].fd, readable))/)/
/^static void receive_ready/,/^}/s/^{/{\
    (void)readable;/
