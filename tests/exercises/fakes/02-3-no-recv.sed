# It reads as from a file, and not with recv().
# caught: What the log reports has been received, with recv()
s/recv(fd, buffer, sizeof buffer, 0)/readv(fd, \&(struct iovec){buffer, sizeof buffer}, 1)/
s/^#include "exercises.*/&\
#include <sys\/uio.h>/
