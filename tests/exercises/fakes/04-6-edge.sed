# Readiness is told once, when it begins.
# caught: level-triggered
s/events |= EPOLLIN;/events |= EPOLLIN | EPOLLET;/
s/is_added ? EV_ADD :/is_added ? EV_ADD | EV_CLEAR :/
