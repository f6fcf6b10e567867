# The starter: it says that there was one system call for each coroutine.
# from: starter
# caught: Only the first switch to a coroutine makes a system call
s/ended, count, switches, system_calls/ended, count, switches, count/
