# select() for a thousand at a time: the rest waits until some of them are over.
# from: starter
# caught: It waits with poll()
s/^    for (int i = 0; i < request_count; i++) {$/    for (int i = 0; i < request_count; i++) {\
        while (in_flight >= 1000)\
            wait_and_receive();/
