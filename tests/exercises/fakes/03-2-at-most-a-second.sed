# Until the nearest limit, but never longer than a second, to be on the safe side.
# caught: select() may sleep until the nearest limit, and no less
s/double nearest = now() + 3600/double nearest = now() + 1/
