# It waits for 50 ms, whether somebody can run or not.
# caught: While somebody can run, poll() only looks
s/ready.first != NULL ? 0 : -1/50/
