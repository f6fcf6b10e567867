# A socket that never waits, asked until the time is over.
# caught: to ask again and again is not to wait
s/sizeof buffer, 0);/sizeof buffer, MSG_DONTWAIT);/
