# From the start on, and not from now; and limits that are over count. Each of the two hides the other.
# caught: that is left, from now on
s/nearest - now()/nearest/
s/double nearest = now() + 3600/double nearest = 3600/
s/requests.i..fd != -1 \&\& requests/requests/
